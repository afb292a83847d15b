import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import { CustomResource } from '../../../constructs/crds/custom-resource.ts';
import { KINDS } from '../../../constructs/crds/kinds.ts';
import { OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { Operator } from '../../../constructs/operator/operator.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/index.ts';
import { type AuditEvent, AuditLog } from '../../support/audit-log.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

const OURS = ['team-a', 'team-b'] as const;
const OTHERS = 'team-c';

describe('an operator that is granted nothing but Roles in two namespaces and its own', () => {
  // Where nothing is granted cluster-wide, the rest of the tier has nothing to do.
  let controlPlane: ControlPlane;
  let world: World;
  let operator: OperatorProcess;
  let audit: AuditLog;

  before(async function () {
    this.timeout(180_000);
    controlPlane = await startControlPlane();
    const { kubectl } = controlPlane;
    for (const namespace of [...OURS, OTHERS]) await kubectl(['create', 'namespace', namespace]);
    const app = new App();
    const crds = new Chart(app, 'crds');
    for (const kind of KINDS) new CustomResource(crds, kind.plural, kind);
    const chart = new Chart(app, 'operator');
    new Operator(chart, 'operator', { image: 'rollcall:test', namespaces: OURS });
    for (const items of [crds.toJson(), chart.toJson()]) {
      await kubectl(['apply', '--server-side', '-f', '-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      });
    }
    await kubectl(['-n', OPERATOR_NAMESPACE, 'scale', 'deployment', 'rollcall', '--replicas=0']);
    world = openWorld(controlPlane);
    audit = new AuditLog(controlPlane);
    const args = ['--leader-elect', 'true', ...OURS.flatMap((namespace) => ['--namespace', namespace])];
    operator = await startOperator({ controlPlane, args });
  });

  after(async function () {
    this.timeout(60_000);
    await operator?.stop();
    await world?.close();
    await controlPlane?.stop();
  });

  it('looks after the PeerGroups there, certificates included, and no others', async function () {
    this.timeout(60_000);
    for (const namespace of [...OURS, OTHERS]) {
      await world.create(peerGroup(namespace, 'web', { replicas: 1, tls: { mode: 'TLS' } }));
    }
    for (const namespace of OURS) {
      await observed(world, namespace, 'web', 30_000);
      await eventually(async () => expect(await world.get('StatefulSet', namespace, 'web')).not.to.equal(undefined));
      expect(await world.get('Secret', namespace, 'rollcall-tls')).not.to.equal(undefined);
    }
    expect((await world.get('PeerGroup', OTHERS, 'web'))?.status?.observedGeneration).to.equal(undefined);
  });

  it('brings back a child in either', async function () {
    this.timeout(60_000);
    for (const namespace of OURS) {
      await world.delete('Service', namespace, 'web');
      await eventually(async () => expect(await world.get('Service', namespace, 'web')).not.to.equal(undefined));
    }
  });

  it('leads, says so in an Event, and was refused nothing but what tells it that it may not read', async function () {
    this.timeout(60_000);
    expect(await operator.metric('leader_election_master_status')).to.equal(1);
    const events = await world.list('Event', OPERATOR_NAMESPACE);
    expect(events.map(({ reason }) => reason)).to.include('LeaderElection');
    const refused = audit.requestsOf(OPERATOR_USER).filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(uri)).to.deep.equal([]);
  });
});

function uri({ verb, requestURI }: AuditEvent): string {
  return `${verb} ${requestURI}`;
}
