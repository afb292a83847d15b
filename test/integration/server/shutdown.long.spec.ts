import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProcessServer } from '../../support/server/process-server.ts';
import { startTarget, type Target } from '../../support/server/targets.ts';
import { temporaryFolder, waitUntil } from '../../support/server/test-server.ts';

describe('a peer server with a ping in flight whose timeout is long', function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  let target: Target;

  before(async () => {
    target = await startTarget('hang');
  });

  after(async () => {
    await target?.stop();
    folder.remove();
  });

  it('ends well within the grace period of a pod', async () => {
    const file = join(folder.path, 'config.yaml');
    const peers = [{ name: 'hangs', host: '127.0.0.1', port: target.port }];
    const config = { ping: { interval: '40s', timeout: '40s' }, admin: { host: '127.0.0.1', port: 0 }, peers };
    writeFileSync(file, JSON.stringify(config));
    const server = new ProcessServer(file);
    await waitUntil('it pings', () => target.connections > 0, 45_000);
    const at = performance.now();
    server.signal('SIGTERM');
    expect(await server.ended).to.equal(0);
    expect(performance.now() - at).to.be.lessThan(20_000);
  });
});
