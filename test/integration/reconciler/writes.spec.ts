import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { startOperator } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { peerGroup } from '../../support/world.ts';

/** One group for each way to what a group owns. */
const KINDS_OF_GROUPS: Readonly<Record<string, PeerGroupSpec>> = {
  plain: {},
  secured: { tls: { mode: 'Mutual' } },
  everywhere: { placement: 'PerNode' },
  scaled: { autoscaling: { minReplicas: 1, maxReplicas: 3, targetCPUUtilization: 80 } },
  open: { service: { type: 'LoadBalancer' }, networkPolicy: { enabled: false } },
  asking: {
    topology: { type: 'None' },
    peers: [
      { group: 'plain', via: 'Pods' },
      { group: 'secured', via: 'Service' },
    ],
  },
};

describe('writes of the operator', () => {
  const suite = operatorSuite({ args: ['--log-level', 'debug'] });

  /** Passes over groups of the namespace so far. */
  const reconciles = (ns: string) =>
    suite.operator.logs.filter(({ msg, namespace }) => msg === 'Reconciled' && namespace === ns).length;

  /** Waits until no group of the namespace has been reconciled for a second. */
  async function quiet(ns: string): Promise<void> {
    for (let before = -1; before !== reconciles(ns); await sleep(1_000)) before = reconciles(ns);
  }

  it('are one per child and the status for a new group', async function () {
    const ns = await namespaceFor(this);
    const audit = new AuditLog(controlPlane());
    await suite.world.create(peerGroup(ns, 'web', { replicas: 0 }));
    await suite.observed(ns, 'web');
    const configMaps = await suite.world.list('ConfigMap', ns);
    const config = configMaps.find(({ metadata }) => metadata.name.startsWith('web-'))?.metadata.name;
    // The API server notes a request down after it has answered it.
    await eventually(() => {
      const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
      expect(writes.map(brief).slice(0, 8)).to.deep.equal([
        'patch serviceaccounts/web',
        `patch configmaps/${config}`,
        'patch services/web',
        'patch services/web-svc',
        'patch networkpolicies/web',
        'patch statefulsets/web',
        'patch poddisruptionbudgets/web',
        'patch peergroups/web/status',
      ]);
    });
  });

  it('are the ConfigMap, the pods that stay and the status for a changed interval, in at most two reconciles', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 2 }));
    await suite.observed(ns, 'web');
    await eventually(async () => expect(await suite.world.list('Pod', ns)).to.have.length(2));
    await quiet(ns);
    const before = reconciles(ns);
    const audit = new AuditLog(controlPlane());
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '9s' } });
    await suite.observed(ns, 'web');
    await quiet(ns);
    expect(reconciles(ns) - before).to.be.at.most(2);
    const writes = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
    expect(writes.map(brief).map((write) => write.replace(/config-\w+/, 'config'))).to.have.members([
      'patch configmaps/web-config',
      'patch pods/web-0',
      'patch pods/web-1',
      'patch peergroups/web/status',
    ]);
  });

  it('are none when an operator starts on groups that are as they should be', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    for (const [name, spec] of Object.entries(KINDS_OF_GROUPS)) await suite.world.create(peerGroup(ns, name, spec));
    for (const name of Object.keys(KINDS_OF_GROUPS)) await suite.observed(ns, name);
    await quiet(ns);
    const audit = new AuditLog(controlPlane());
    const second = await startOperator({ controlPlane: controlPlane() });
    await eventually(async () => {
      const passes = await second.metric('controller_runtime_reconcile_total');
      expect(passes).to.be.at.least(Object.keys(KINDS_OF_GROUPS).length);
      expect(await second.metric('workqueue_depth')).to.equal(0);
    });
    await sleep(1_000);
    await second.stop();
    expect(audit.writesOf(OPERATOR_USER).map(brief)).to.deep.equal([]);
  });

  it('are none for a change of a child that is none of its business', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web'));
    await suite.observed(ns, 'web');
    await quiet(ns);
    const audit = new AuditLog(controlPlane());
    await suite.world.patch('Service', ns, 'web', { metadata: { labels: { mine: 'yes' } } });
    await quiet(ns);
    expect(audit.writesOf(OPERATOR_USER).map(brief)).to.deep.equal([]);
  });
});
