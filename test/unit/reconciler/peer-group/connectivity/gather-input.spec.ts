import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import { LABEL_TLS } from '../../../../../constructs/names.ts';
import { NO_RENDER_INPUTS, type RenderInputs } from '../../../../../constructs/render-inputs.ts';
import { renderGroup } from '../../../../../reconciler/peer-group/children/render.ts';
import { Absences } from '../../../../../reconciler/peer-group/connectivity/absences.ts';
import {
  type ConnectivityContext,
  gatherConnectivityInput,
} from '../../../../../reconciler/peer-group/connectivity/gather-input.ts';
import type { Report } from '../../../../../reconciler/peer-group/report.ts';
import type { DaemonSet, Pod } from '../../../../../reconciler/peer-group/resources.ts';
import { CONTEXT } from '../../../../support/peer-groups.ts';
import { cacheOf, childCaches, daemonSet, group, pod, podCache, statefulSet } from '../builders.ts';
import { NOW, summary } from './support.ts';

interface World {
  readonly spec?: PeerGroupSpec;
  readonly inputs?: Partial<RenderInputs>;
  readonly pods?: readonly Pod[];
  readonly daemonSet?: DaemonSet;
  /** Hash of the config that each pod reports, by its uid; `current` is that of the group. */
  readonly reported?: Readonly<Record<string, string>>;
  readonly absences?: Absences;
  readonly unsettled?: Absences;
  readonly now?: number;
}

function gather(world: World) {
  const own = group('web', world.spec ?? { replicas: 2 });
  const rendered = renderGroup(own, CONTEXT, { ...NO_RENDER_INPUTS, ...world.inputs });
  const reportOf = (uid: string): Report | undefined => {
    const hash = world.reported?.[uid];
    return hash === undefined
      ? undefined
      : { summary: summary(1, [], { config: { hash: hash === 'current' ? rendered.configHash : hash } }), fresh: true };
  };
  const context: ConnectivityContext = {
    ...childCaches(statefulSet(2), ...(world.daemonSet ? [world.daemonSet] : [])),
    ...podCache(...(world.pods ?? [])),
    groups: cacheOf([own]),
    nodes: undefined,
    reports: { reportOf },
    absences: world.absences ?? new Absences(),
    unsettled: world.unsettled ?? new Absences(),
    dnsTtlMs: 30_000,
    now: () => world.now ?? NOW,
  };
  return gatherConnectivityInput(own, rendered, context);
}

const onNode = (number: number, nodeName: string, metadata: object = {}): Pod => {
  const base = pod(number, { metadata });
  return { ...base, spec: { ...base.spec, nodeName } };
};
const PER_NODE: World = {
  spec: { placement: 'PerNode' },
  inputs: {
    nodePeers: [
      { node: 'a', address: '10.0.0.1' },
      { node: 'b', address: '10.0.0.2' },
    ],
  },
  pods: [onNode(1, 'a'), onNode(2, 'b')],
};

describe('the input of connectivity', () => {
  it('has every peer that the spec asks for, with its pod and what that reports', () => {
    const { peers } = gather({ pods: [pod(0)], reported: { 'pod-0': 'current' } });
    expect([...peers.keys()]).to.deep.equal(['web-0', 'web-1']);
    expect(peers.get('web-0')).to.deep.include({ fresh: true, current: true, absentSince: undefined });
    expect(peers.get('web-1')).to.deep.include({ pod: undefined, summary: undefined, fresh: false, current: false });
  });

  it('says since when a peer has had no pod, across observations, until it has one', () => {
    const absences = new Absences();
    gather({ pods: [pod(0)], absences });
    expect(gather({ pods: [pod(0)], absences, now: NOW + 5_000 }).peers.get('web-1')?.absentSince).to.equal(NOW);
    expect(gather({ pods: [pod(0), pod(1)], absences }).peers.get('web-1')?.absentSince).to.equal(undefined);
  });

  it('says since when a peer has reported a former config', () => {
    const unsettled = new Absences();
    const world = { pods: [pod(0), pod(1)], reported: { 'pod-0': 'former', 'pod-1': 'current' }, unsettled };
    gather(world);
    const { peers } = gather({ ...world, now: NOW + 9_000 });
    expect(peers.get('web-0')).to.deep.include({ current: false, outdatedSince: NOW });
    expect(peers.get('web-1')).to.deep.include({ current: true, outdatedSince: undefined });
  });

  it('takes the pod that stays where a terminating one shares its node', () => {
    const going = onNode(3, 'a', { deletionTimestamp: '2026-01-01T11:59:00Z' });
    const staying = onNode(1, 'a', { labels: { [LABEL_TLS]: 'Mutual' } });
    for (const pods of [
      [going, staying],
      [staying, going],
    ]) {
      const peer = gather({ ...PER_NODE, pods }).peers.get('a');
      expect(peer?.pod).to.include({ terminating: false, tls: 'Mutual' });
    }
  });

  it('awaits peers for nodes that have none yet, with the links that they will have', () => {
    const { awaited } = gather({ ...PER_NODE, daemonSet: daemonSet(4) });
    expect(awaited).to.deep.include({ peers: 2, links: 4 * 3 - 2 * 1, since: NOW });
    expect(gather({ ...PER_NODE, daemonSet: daemonSet(2) }).awaited).to.deep.include({ peers: 0, links: 0 });
  });

  it('awaits one peer at least until the controller of the DaemonSet has counted its nodes', () => {
    expect(gather({ ...PER_NODE, daemonSet: daemonSet(2, { observedGeneration: 2 }) }).awaited.peers).to.equal(1);
    expect(gather(PER_NODE).awaited.peers).to.equal(1);
  });

  it('knows whether pods are being replaced', () => {
    expect(gather({ pods: [pod(0), pod(1)] }).rollingOut).to.equal(false);
    expect(gather({ spec: { replicas: 3 } }).rollingOut).to.equal(true);
  });
});
