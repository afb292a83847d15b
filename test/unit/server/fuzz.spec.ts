import { expect } from 'chai';
import got from 'got';
import { fuzzConfigs, fuzzRequests } from '../../support/server/fuzz.ts';
import { TestServer } from '../../support/server/test-server.ts';

describe('random input', function () {
  this.timeout(60_000);
  let server: TestServer | undefined;

  afterEach(() => server?.stop());

  it('of 1,000 configs is accepted or refused with one line, never a crash', () => {
    const { accepted, refused } = fuzzConfigs(1_000);
    expect(accepted).to.be.greaterThan(10);
    expect(refused).to.be.greaterThan(10);
  });

  it('of 1,000 requests leaves the server answering', async () => {
    server = await TestServer.start({ name: 'web-0' });
    await fuzzRequests(server.port, 1_000);
    expect(await got(`http://127.0.0.1:${server.port}/ping`).text()).to.equal('pong\n');
  });
});
