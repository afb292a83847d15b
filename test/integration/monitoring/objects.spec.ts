import { join } from 'node:path';
import { expect } from 'chai';
import { groupRules } from '../../../constructs/monitoring/rule-groups.ts';
import { AuditLog, brief } from '../../support/audit-log.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { PROMETHEUS_OPERATOR, withDefinitions } from '../../support/definitions.ts';
import { eventually } from '../../support/eventually.ts';
import { OPERATOR_USER } from '../../support/operator-identity.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { peerGroup } from '../../support/world.ts';

describe('objects for the Prometheus operator, where its definitions are', () => {
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);
  const KINDS = ['PodMonitor', 'PrometheusRule'] as const;
  withDefinitions(PROMETHEUS_OPERATOR, kubectl);
  const suite = operatorSuite();
  const existing = (ns: string) => Promise.all(KINDS.map((kind) => suite.world.get(kind, ns, 'web')));
  const monitoring = { podMonitor: true, rules: true };

  it('are made for a group that asks, and are what it says they are', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { monitoring }));
    await suite.observed(ns, 'web');
    const [monitor, rules] = await eventually(async () => {
      const objects = await existing(ns);
      expect(objects).not.to.include(undefined);
      return objects;
    });
    expect(monitor!.spec.selector.matchLabels).to.include({ 'app.kubernetes.io/instance': 'web' });
    expect(rules!.spec.groups).to.deep.equal([groupRules(ns, 'web')]);
  });

  it('are left alone when something else changes', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { monitoring }));
    await suite.observed(ns, 'web');
    await eventually(async () => expect(await existing(ns)).not.to.include(undefined));
    const audit = new AuditLog(controlPlane());
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '3s' } });
    await suite.observed(ns, 'web');
    const writes = await eventually(() => {
      const own = audit.writesOf(OPERATOR_USER).filter(({ objectRef }) => objectRef?.namespace === ns);
      expect(own.map(brief)).to.include('patch peergroups/web/status');
      return own.map(({ objectRef }) => objectRef?.resource);
    });
    expect(writes).not.to.include('podmonitors');
    expect(writes).not.to.include('prometheusrules');
  });

  it('go when the group no longer asks for them', async function () {
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { monitoring }));
    await eventually(async () => expect(await existing(ns)).not.to.include(undefined));
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { monitoring: null } });
    await eventually(async () => expect(await existing(ns)).to.deep.equal([undefined, undefined]));
  });

  it('are there for the operator itself', async () => {
    const file = join(import.meta.dirname, '../../../examples/monitoring/operator-monitor.yaml');
    const answer = await kubectl('apply', '-f', file);
    expect(answer.match(/ created$/gm)).to.have.length(2);
    const again = await kubectl('apply', '-f', file);
    expect(again.match(/ unchanged$/gm)).to.have.length(2);
  });
});
