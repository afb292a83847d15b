import { expect } from 'chai';
import { OPERATOR_SELECTOR } from '../../../constructs/labels.ts';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { installDist } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

describe('an operator that is installed a second time, in another namespace', function () {
  this.timeout(120_000);
  let world: World;
  let ns: string;
  let first: OperatorProcess;
  let second: OperatorProcess;
  const name = OPERATOR_NAME;
  const bound = { kind: 'ServiceAccount', name, namespace: OPERATOR_NAMESPACE };
  const apply = (...items: object[]) =>
    controlPlane().kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
  const rbac = 'rbac.authorization.k8s.io';

  before(async function () {
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    ns = await namespaceFor(this);
    await apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: ns, name, labels: OPERATOR_SELECTOR } },
      // A tenant's, that looks like one.
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace: ns, name: 'fake', labels: OPERATOR_SELECTOR },
      },
      {
        ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: ns } },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: ns }],
      },
      // Processes here have the first one's identity, and the second has its Lease there.
      {
        ...{ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { namespace: ns, name: 'leases' } },
        rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] }],
      },
      {
        ...{ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { namespace: ns, name: 'leases' } },
        roleRef: { apiGroup: rbac, kind: 'Role', name: 'leases' },
        subjects: [bound],
      },
    );
    const elect = ['--leader-elect', 'true'];
    const options = { controlPlane: controlPlane(), unready: true };
    first = await startOperator({ ...options, args: elect });
    second = await startOperator({ ...options, args: [...elect, '--leader-elect-namespace', ns] });
  });

  after(async () => {
    await Promise.all([first?.stop(), second?.stop()]);
    await controlPlane().kubectl(['delete', 'clusterrolebinding', ns, '--ignore-not-found']);
    await world?.delete('Lease', OPERATOR_NAMESPACE, 'rollcall').catch(() => {});
    await world?.close();
  });

  const leads = (operator: OperatorProcess) => operator.metric('leader_election_master_status');

  it('leads nothing, is not ready, and names the one that was there before', async () => {
    const other = `${OPERATOR_NAMESPACE}/${name}`;
    await eventually(async () => {
      const { status, body } = await second.admin('/readyz');
      expect(status).to.equal(503);
      expect(body).to.include(`operator ${other} was installed first`).and.not.to.include('synced');
    }, 60_000);
    expect(await leads(second)).to.equal(0);
    await eventually(async () => {
      const events = await world.list('Event', ns);
      expect(events.map(({ reason, note }) => `${reason}: ${note}`).join()).to.include(
        `OtherOperator: Not leading: operator ${other}`,
      );
    });
  });

  it('leaves the first one its work, which names it, and takes no account of a fake', async () => {
    await eventually(async () => expect(await leads(first)).to.equal(1), 60_000);
    await world.create(peerGroup(ns, 'web', { replicas: 0 }));
    await observed(world, ns, 'web', 60_000);
    const logged = first.logs.map(({ msg }) => String(msg)).filter((line) => line.startsWith('Another operator'));
    expect(logged).to.deep.equal([`Another operator is installed and inactive: uninstall ${ns}/${name}`]);
    const events = await world.list('Event', OPERATOR_NAMESPACE);
    expect(events.map(({ note }) => note)).to.include(logged[0]);
  });

  itLong('leads once the first one is uninstalled, which ends that', async () => {
    // As far as anybody can tell it is no operator any more.
    const label = 'app.kubernetes.io/component';
    await controlPlane().kubectl(['-n', OPERATOR_NAMESPACE, 'label', 'serviceaccount', name, `${label}-`]);
    try {
      await eventually(async () => expect(await leads(second)).to.equal(1), 60_000);
      expect(await first.exited).to.equal(1);
    } finally {
      await controlPlane().kubectl(['-n', OPERATOR_NAMESPACE, 'label', 'serviceaccount', name, `${label}=operator`]);
    }
  });
});
