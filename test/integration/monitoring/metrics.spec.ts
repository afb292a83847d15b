import { expect } from 'chai';
import got from 'got';
import { startOfflineOperator } from '../../support/offline-operator.ts';
import { ensurePromtool, type Promtool } from '../../support/promtool.ts';
import { TestServer, waitUntil } from '../../support/server/test-server.ts';

describe('metrics', function () {
  this.timeout(60_000);
  let promtool: Promtool;

  before(async function () {
    promtool = await ensurePromtool(this);
  });

  it('of a peer are as Prometheus would have them, and the same for a second scraper', async () => {
    const server = await TestServer.start({ name: 'web-0', ping: { interval: '100ms' } });
    try {
      const peers = [{ name: 'web-1', host: '127.0.0.1', port: server.port, zone: 'z1' }];
      server.rewrite({ name: 'web-0', ping: { interval: '100ms' }, peers });
      await waitUntil('it pings', () => (server.report.peers[0]?.ok ?? 0) > 2);
      await promtool.checkMetrics(await got(`${server.adminUrl}/metrics`).text());
    } finally {
      await server.stop();
    }
  });

  it('of the operator are as Prometheus would have them', async () => {
    const operator = await startOfflineOperator();
    try {
      await promtool.checkMetrics(await operator.metrics());
    } finally {
      await operator.stop();
    }
  });

  it('that Prometheus would not have are told of', async () => {
    const text = '# HELP a_total A.\n# TYPE a_total gauge\na_total{quantile="1"} 1\n';
    const said = await promtool.checkMetrics(text).catch((error: Error) => error.message);
    expect(said).to.include('a_total');
  });
});
