import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import { type AuditEvent, AuditLog } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist, OPERATOR_USER } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

/** Less than half of the times that it comes with, which the long suite waits for. */
const QUICK = [
  ...['--leader-elect-lease-duration', '6s', '--leader-elect-renew-deadline', '4s'],
  ...['--leader-elect-retry-period', '1s'],
];

describe('leader election', function () {
  this.timeout(120_000);
  let world: World;
  let ns: string;
  const operators: OperatorProcess[] = [];

  before(async function () {
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    ns = await namespaceFor(this);
  });

  afterEach(async () => {
    for (const operator of operators.splice(0)) {
      operator.signal('SIGCONT');
      operator.signal('SIGKILL');
      await operator.exited;
    }
    await world.delete('Lease', OPERATOR_NAMESPACE, 'rollcall').catch(() => {});
  });

  after(() => world?.close());

  async function start(times: readonly string[] = []): Promise<OperatorProcess> {
    const args = ['--leader-elect', 'true', ...times];
    const operator = await startOperator({ controlPlane: controlPlane(), args });
    operators.push(operator);
    return operator;
  }

  const leads = (operator: OperatorProcess) => operator.metric('leader_election_master_status');
  const holder = async () => (await world.get('Lease', OPERATOR_NAMESPACE, 'rollcall'))?.spec.holderIdentity as string;

  /** A leader, and a standby with warm caches. */
  async function pair(times: readonly string[] = []): Promise<[OperatorProcess, OperatorProcess]> {
    const leader = await start(times);
    await eventually(async () => expect(await leads(leader)).to.equal(1));
    const standby = await start(times);
    return [leader, standby];
  }

  async function writes(name: string): Promise<void> {
    await world.create(peerGroup(ns, name, { replicas: 0 }));
    await observed(world, ns, name, 30_000);
  }

  it('lets one write; the standby is ready, writes nothing, and takes over from one that was told to stop', async () => {
    const [leader, standby] = await pair();
    await writes('first');
    expect([await leads(leader), await leads(standby)]).to.deep.equal([1, 0]);
    expect(await standby.metric('controller_runtime_reconcile_total')).to.equal(0);
    expect(await standby.metric('rollcall_cache_objects')).to.be.greaterThan(0);

    await world.create(peerGroup(ns, 'second', { replicas: 0 }));
    const asked = performance.now();
    expect(await leader.stop()).to.equal(0);
    await eventually(async () => expect(await leads(standby)).to.equal(1), 10_000);
    // Long before the lease would have expired; how long exactly is measured by the long suite.
    expect(performance.now() - asked).to.be.at.most(8_000);
    await observed(world, ns, 'second');
    expect(await holder()).to.match(/_[0-9a-f-]{36}$/);
  });

  it('takes over from a killed leader once its lease has expired', async () => {
    const [leader, standby] = await pair(QUICK);
    leader.signal('SIGKILL');
    await eventually(async () => expect(await leads(standby)).to.equal(1), 20_000);
    await writes('after-kill');
  });

  it('lets a leader that was frozen for longer than its lease write nothing when it wakes; it ends with 1', async () => {
    const [leader, standby] = await pair(QUICK);
    await writes('before-freeze');
    // In the middle of a burst.
    const names = Array.from({ length: 20 }, (_, index) => `burst-${index}`);
    await Promise.all(names.map((name) => world.create(peerGroup(ns, name, { replicas: 0 }))));
    leader.signal('SIGSTOP');
    await eventually(async () => expect(await leads(standby)).to.equal(1), 20_000);
    await Promise.all(names.map((name) => observed(world, ns, name, 20_000)));
    await sleep(1_000);
    const audit = new AuditLog(controlPlane());
    leader.signal('SIGCONT');
    expect(await leader.exited).to.equal(1);
    await sleep(500);
    expect(audit.writesOf(OPERATOR_USER).map(uri)).to.deep.equal([]);
  });

  it('ends a leader whose lease somebody overwrites, and nobody leads until that has expired', async () => {
    const leader = await start(QUICK);
    await eventually(async () => expect(await leads(leader)).to.equal(1));
    await world.patch('Lease', OPERATOR_NAMESPACE, 'rollcall', { spec: { holderIdentity: 'somebody' } });
    expect(await leader.exited).to.equal(1);
    expect(await holder()).to.equal('somebody');
  });
});

function uri({ verb, requestURI }: AuditEvent): string {
  return `${verb} ${requestURI}`;
}
