import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import got from 'got';
import { Operator } from '../../../constructs/operator/operator.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import type { ManifestObject } from '../../support/manifests.ts';
import { operatorSuite } from '../../support/operator-suite.ts';

/** What is in the manifests with this setting and not without it. */
function added(): ManifestObject[] {
  const objects = (secureMetrics: boolean) => {
    const chart = new Chart(new App(), 'operator');
    new Operator(chart, 'operator', { image: 'rollcall:test', secureMetrics });
    return chart.toJson() as ManifestObject[];
  };
  const ids = new Set(objects(false).map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  return objects(true).filter(({ kind, metadata }) => !ids.has(`${kind} ${metadata.name}`));
}

describe('metrics for who may read them', () => {
  const kubectl = (args: string[], input?: string) =>
    controlPlane().kubectl(args, input === undefined ? {} : { input });
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: added() });
  const suite = operatorSuite({ args: ['--metrics-tls-port', '0'] });
  let ns: string;

  before(async function () {
    ns = await namespaceFor(this);
    await kubectl(['apply', '-f', '-'], list);
  });
  after(() => kubectl(['delete', '--ignore-not-found', '-f', '-'], list));

  const scrape = async (token?: string) => {
    const port = suite.operator.logs.find(({ metricsPort }) => metricsPort !== undefined)?.metricsPort;
    const { statusCode, body } = await got(`https://127.0.0.1:${port}/metrics`, {
      // It is self-signed: nobody can know it beforehand.
      https: { rejectUnauthorized: false },
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...{ throwHttpErrors: false, retry: { limit: 0 }, timeout: { request: 5_000 } },
    });
    return { status: statusCode, body };
  };
  const tokenOf = async (account: string) => {
    await kubectl(['-n', ns, 'create', 'serviceaccount', account]);
    return (await kubectl(['-n', ns, 'create', 'token', account])).trim();
  };

  it('are given to a ServiceAccount with the role, and to no other', async function () {
    this.timeout(30_000);
    const [reader, other] = [await tokenOf('prometheus'), await tokenOf('other')];
    const binding = ['create', 'clusterrolebinding', `${ns}-prometheus`, '--clusterrole=rollcall-metrics-reader'];
    await kubectl([...binding, `--serviceaccount=${ns}:prometheus`]);
    try {
      await eventually(async () => expect(await scrape(reader)).to.deep.include({ status: 200 }), 15_000);
      expect((await scrape(reader)).body).to.include('workqueue_depth');
      const refused = await scrape(other);
      expect(refused.status).to.equal(403);
      expect(refused.body).to.include('rollcall-metrics-reader');
    } finally {
      await kubectl(['delete', 'clusterrolebinding', `${ns}-prometheus`]);
    }
  });

  it('are given to nobody without a token, or with one that is nobody’s', async () => {
    for (const token of [undefined, 'made-up', 'eyJhbGciOiJub25lIn0.e30.'])
      expect((await scrape(token)).status, token).to.equal(401);
  });

  it('are not on the admin port, where health stays', async () => {
    expect((await suite.operator.admin('/metrics')).status).to.equal(404);
    expect((await suite.operator.admin('/readyz')).status).to.equal(200);
  });
});
