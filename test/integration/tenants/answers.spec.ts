import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fault, type FaultProxy, type FaultRule, startFaultProxy } from '../../support/fault-proxy.ts';
import { itLong } from '../../support/it-long.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { conditionOf, openWorld, peerGroup, type World } from '../../support/world.ts';

const status = (code: number, rest: object) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, code, ...rest });

/** Answers that are not what they look like, to a status that was sent: nobody has written it. */
const WRONG_ANSWERS: Readonly<Record<string, Fault>> = {
  'a Status': { type: 'answer', status: 200, body: status(200, { status: 'Success' }) },
  'a 404 in HTML': {
    type: 'answer',
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: '<h1>404 Not Found</h1>',
  },
  'another object': {
    type: 'answer',
    status: 200,
    body: JSON.stringify({ apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata: { name: 'other' } }),
  },
  null: { type: 'answer', status: 200, body: 'null' },
};

describe('an answer to the operator', () => {
  let world: World;
  let proxy: FaultProxy;
  let operator: OperatorProcess | undefined;

  before(async function () {
    this.timeout(120_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    proxy = await startFaultProxy(controlPlane());
  });

  afterEach(async () => {
    proxy.setRule(undefined);
    await operator?.stop();
    operator = undefined;
  });

  after(async () => {
    await proxy?.stop();
    await world?.close();
  });

  const start = (rule: FaultRule, unready = false) => {
    proxy.setRule(rule);
    return startOperator({ controlPlane: controlPlane(), server: proxy.url, unready });
  };
  const forbids = (plural: string, why: string): FaultRule => {
    const body = status(403, { status: 'Failure', reason: 'Forbidden', message: why });
    return ({ url }) => (url.split('?')[0]?.endsWith(plural) ? { type: 'answer', status: 403, body } : undefined);
  };

  it('is believed only when it is what was asked for', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    const names = Object.keys(WRONG_ANSWERS).map((_, i) => `web-${String.fromCharCode(97 + i)}`);
    const wrong = new Map(names.map((name, i) => [`/${name}/status`, Object.values(WRONG_ANSWERS)[i]!]));
    operator = await start(({ method, url }) => {
      const path = method === 'PATCH' && [...wrong.keys()].find((end) => url.split('?')[0]?.endsWith(end));
      if (!path) return undefined;
      const fault = wrong.get(path);
      wrong.delete(path);
      return fault;
    });
    for (const name of names) await world.create(peerGroup(ns, name, { replicas: 0 }));
    await eventually(async () => {
      const groups = await world.list('PeerGroup', ns);
      expect(groups.map((group) => conditionOf(group, 'Ready')?.status)).to.deep.equal(names.map(() => 'True'));
    });
    expect(wrong.size, 'answers that were not given').to.equal(0);
  });

  it('that forbids an optional kind holds up nothing, and the log says so', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    operator = await start(forbids('/certificates', 'certificates are forbidden here'));
    await world.create(peerGroup(ns, 'web', { replicas: 0, tls: { mode: 'TLS', issuerRef: { name: 'ca' } } }));
    await eventually(async () => {
      const degraded = conditionOf(await world.get('PeerGroup', ns, 'web'), 'Degraded');
      expect(degraded?.message).to.include('certificates.cert-manager.io: certificates are forbidden here');
    });
    expect(JSON.stringify(operator.logs)).to.include('certificates failed, retrying: certificates are forbidden here');
  });

  itLong('that fails an optional kind otherwise holds up the rest for ten seconds', async function () {
    this.timeout(60_000);
    operator = await start(({ url }) =>
      url.includes('/podmonitors') ? { type: 'answer', status: 500, body: 'conversion failed' } : undefined,
    );
  });

  it('that forbids a kind that is needed is named by readiness', async function () {
    this.timeout(60_000);
    operator = await start(forbids('/statefulsets', 'statefulsets are forbidden here'), true);
    const { logs, admin } = operator;
    await eventually(async () => {
      expect(logs.some(({ adminPort }) => adminPort !== undefined)).to.equal(true);
      const { status, body } = await admin('/readyz');
      expect(status).to.equal(503);
      expect(body).to.include('the cache of statefulsets is not synced: statefulsets are forbidden here\n');
    }, 20_000);
  });
});
