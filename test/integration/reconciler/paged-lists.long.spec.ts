import { expect } from 'chai';
import { type ControlPlane, startControlPlane } from '../../cluster/index.ts';
import { AuditLog } from '../../support/audit-log.ts';
import { installDist, OPERATOR_USER } from '../../support/operator-identity.ts';
import { type OperatorProcess, startOperator } from '../../support/operator-process.ts';
import { observed } from '../../support/operator-suite.ts';
import { openWorld, peerGroup, type World } from '../../support/world.ts';

describe('an operator whose API server has streaming lists turned off', () => {
  let controlPlane: ControlPlane;
  let world: World;
  let operator: OperatorProcess | undefined;

  before(async function () {
    this.timeout(180_000);
    controlPlane = await startControlPlane({ featureGates: 'WatchList=false' });
    await installDist(controlPlane);
    world = openWorld(controlPlane);
  });

  after(async function () {
    this.timeout(60_000);
    await operator?.stop();
    await world?.close();
    await controlPlane?.stop();
  });

  it('lists in pages at once, without a word, and works', async function () {
    this.timeout(90_000);
    await world.create(peerGroup('default', 'before', { replicas: 0 }));
    const audit = new AuditLog(controlPlane);
    operator = await startOperator({ controlPlane });
    await observed(world, 'default', 'before', 30_000);
    await world.create(peerGroup('default', 'after', { replicas: 0 }));
    await observed(world, 'default', 'after', 30_000);
    const requests = audit.requestsOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.resource === 'peergroups');
    const refused = requests.filter(({ requestURI }) => requestURI.includes('sendInitialEvents'));
    expect(refused.map(({ responseStatus }) => responseStatus?.code)).to.deep.equal([422]);
    expect(requests.filter(({ verb }) => verb === 'list')).to.have.length(1);
    expect(operator.logs.filter(({ level }) => level === 'warn' || level === 'error')).to.deep.equal([]);
  });
});
