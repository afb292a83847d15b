import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../constructs/crds/peer-group.ts';
import { LABEL_INSTANCE } from '../../../../constructs/names.ts';
import { Cache, type CacheEvent } from '../../../../reconciler/kube/cache.ts';
import {
  groupKeyOf,
  groupsOnNode,
  relatedGroups,
  relatedToPod,
  trackStartProblem,
} from '../../../../reconciler/peer-group/map-events.ts';
import type { PeerGroupObject, Pod } from '../../../../reconciler/peer-group/resources.ts';
import { StuckPods } from '../../../../reconciler/stuck-pods/stuck-pods.ts';
import { pod } from './builders.ts';

function group(name: string, spec: PeerGroupSpec = {}): PeerGroupObject {
  const metadata = { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion: '5' };
  return { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', metadata, spec } as PeerGroupObject;
}

function cacheOf(...groups: PeerGroupObject[]): Cache<PeerGroupObject> {
  const prune = (object: object) => object as PeerGroupObject;
  const cache = new Cache<PeerGroupObject>({ transform: prune, indexBy: () => 'ns', onEvent: () => {} });
  for (const object of groups) cache.handleDelta({ type: 'Upsert', object });
  return cache;
}

const references = (...names: string[]): PeerGroupSpec => ({ peers: names.map((name) => ({ group: name })) });
const ofGroup = (name: string) => ({ metadata: { labels: { [LABEL_INSTANCE]: name } } });

describe('events that reconcile PeerGroups', () => {
  it('reconcile the groups that a group references, referenced before, and is referenced by', () => {
    const [web, db, api] = [group('web', references('db')), group('db'), group('api', references('web'))];
    const groups = cacheOf(web, db, api, group('cron'), group('old'));
    expect(relatedGroups(web, undefined, groups)).to.have.members(['ns/db', 'ns/api']);
    expect(relatedGroups(web, group('web', references('old')), groups)).to.have.members(['ns/db', 'ns/api', 'ns/old']);
  });

  it('of a pod with a peer per node reconcile the groups that its group has to do with, and of another pod none', () => {
    const perNode = { placement: 'PerNode', ...references('db') } as PeerGroupSpec;
    expect(relatedToPod(pod(0, ofGroup('web')), cacheOf(group('web', perNode), group('db')))).to.deep.equal(['ns/db']);
    expect(relatedToPod(pod(0, ofGroup('web')), cacheOf(group('web', references('db')), group('db')))).to.be.empty;
    expect(relatedToPod(pod(0, ofGroup('gone')), cacheOf())).to.be.empty;
  });

  it('of a node reconcile the groups with a pod there', () => {
    const on = (node: string, number: number, name: string): Pod => {
      const { spec, ...rest } = pod(number, ofGroup(name));
      return { ...rest, spec: { ...spec, nodeName: node } };
    };
    const pods = [on('a', 0, 'web'), on('a', 1, 'web'), on('a', 2, 'db'), on('b', 3, 'api')];
    expect([...groupsOnNode('a', pods)]).to.deep.equal(['ns/web', 'ns/db']);
  });

  it('belong to the controlling group rather than to the one of the label', () => {
    const owner = { apiVersion: 'rollcall.dev/v1alpha1', kind: 'PeerGroup', name: 'db', uid: 'u', controller: true };
    const child = pod(0, ofGroup('web'));
    expect(groupKeyOf(child)).to.equal('ns/web');
    expect(groupKeyOf({ ...child, metadata: { ...child.metadata, ownerReferences: [owner] } })).to.equal('ns/db');
    const replicaSet = { ...owner, apiVersion: 'apps/v1', kind: 'StatefulSet' };
    expect(groupKeyOf({ ...child, metadata: { ...child.metadata, ownerReferences: [replicaSet] } })).to.equal('ns/web');
    expect(groupKeyOf(pod(0))).to.equal(undefined);
  });

  it('note since when a pod cannot start, for one that was there before the operator by what the pod says', () => {
    const stuck = new StuckPods<{ reason: string }>((a, b) => a.reason === b.reason) as unknown as Parameters<
      typeof trackStartProblem
    >[1];
    const problem = { reason: 'ImagePullBackOff', message: '' };
    const event = (number: number, status: object, rest: object = {}) =>
      ({
        object: { ...pod(number), status: { ...pod(number).status, ready: false, problem, ...status } },
        deleted: false,
        isInInitialList: false,
        ...rest,
      }) as unknown as CacheEvent<Pod>;
    const now = () => 7_000;
    trackStartProblem(event(0, {}), stuck, now);
    trackStartProblem(event(1, {}, { isInInitialList: true }), stuck, now);
    trackStartProblem(event(2, { readySince: '2026-02-01T00:00:00Z' }, { isInInitialList: true }), stuck, now);
    const since = [0, 1, 2].map((number) => stuck.get(`pod-${number}`)?.since);
    expect(since).to.deep.equal([7_000, Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-02-01T00:00:00Z')]);
    trackStartProblem(event(0, { ready: true }), stuck, now);
    trackStartProblem(event(1, {}, { deleted: true }), stuck, now);
    expect([0, 1].map((number) => stuck.get(`pod-${number}`))).to.deep.equal([undefined, undefined]);
  });
});
