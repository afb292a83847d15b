import { expect } from 'chai';
import type { PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import { completePeerGroup } from '../../../../../constructs/crds/peer-group.ts';
import { ApiStatusError } from '../../../../../reconciler/kube/errors.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import type { Node } from '../../../../../reconciler/node-resources/node.ts';
import {
  type GatherInputsContext,
  gatherInputs,
  nodePeers,
} from '../../../../../reconciler/peer-group/inputs/gather-inputs.ts';
import { findReferences } from '../../../../../reconciler/peer-group/inputs/references.ts';
import type { PeerGroupObject, Pod } from '../../../../../reconciler/peer-group/resources.ts';
import { CERTIFICATE } from '../../../../support/peer-groups.ts';
import { cacheOf, group, pod, podCache } from '../builders.ts';

interface World {
  readonly groups?: readonly PeerGroupObject[];
  readonly pods?: readonly Pod[];
  readonly configMaps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What is gathered for the first group, and which ConfigMaps are followed for it. */
async function gather(own: PeerGroupObject, { groups = [], pods = [], configMaps = {} }: World = {}) {
  const caches = { groups: cacheOf([own, ...groups]), ...podCache(...pods) };
  const followed = new Map<string, string | undefined>();
  const context: GatherInputsContext = {
    ...caches,
    nodes: cacheOf<Node>([]),
    client: {
      get: async <T extends KubeObject>(_type: unknown, { name }: { readonly name: string }) => {
        const data = configMaps[name];
        if (data === undefined) throw new ApiStatusError(404, { kind: 'Status', reason: 'NotFound' });
        return { metadata: { name, resourceVersion: '7' }, data } as unknown as T;
      },
    },
    references: { of: (namespace) => findReferences(namespace, caches) },
    tls: { get: () => ({ content: { caBundle: 'CA' } }) },
    referenced: {
      follow: (_group, versions) => {
        for (const [key, version] of versions) followed.set(key, version);
      },
    },
  };
  const { inputs, problems } = await gatherInputs(own, completePeerGroup(own), context);
  return { inputs, problems, reasons: problems.map(({ reason }) => reason), followed: [...followed] };
}

const names = (name: string, spec: PeerGroupSpec = {}) => group('web', { ...spec, peers: [{ group: name }] });
const accepts = (key: string): PeerGroupSpec => ({
  peers: [{ name: 'gw', url: 'https://gw', acceptCert: { configMapKeyRef: { name: 'certs', key } } }],
});

describe('inputs of rendering a PeerGroup', () => {
  it('are the groups that it references, the groups that reference it, and the CA bundle of the namespace', async () => {
    const { inputs, problems } = await gather(names('db'), {
      groups: [group('db', { replicas: 3 }), group('api', { peers: [{ group: 'web' }] })],
    });
    expect(problems).to.deep.equal([]);
    expect(inputs.groups.get('db')).to.include({ placement: 'Replicas', replicas: 3 });
    expect(inputs.sources).to.deep.equal(['api']);
    expect(inputs.caBundle).to.equal('CA');
  });

  it('lack a group that does not exist, or is being deleted', async () => {
    const deleted = group('db');
    Object.assign(deleted.metadata, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    for (const groups of [[], [deleted]]) {
      const { problems, inputs } = await gather(names('db'), { groups });
      const message = 'peers references PeerGroup db, which does not exist';
      expect(problems).to.deep.equal([{ reason: 'NoSuchGroup', message }]);
      expect(inputs.groups.size).to.equal(0);
    }
  });

  it('need a client certificate for a group that requires one', async () => {
    const groups = [group('db', { tls: { mode: 'Mutual' } })];
    expect((await gather(names('db'), { groups })).reasons).to.deep.equal(['CertificateNeeded']);
    expect((await gather(names('db', { tls: { mode: 'TLS' } }), { groups })).reasons).to.deep.equal([
      'CertificateNeeded',
    ]);
    expect((await gather(names('db', { tls: { mode: 'Mutual' } }), { groups })).reasons).to.deep.equal([]);
    expect((await gather(names('db'), { groups: [group('db', { tls: { mode: 'TLS' } })] })).reasons).to.deep.equal([]);
  });

  it('have the certificates of ConfigMaps, which are followed by their versions', async () => {
    const { inputs, reasons, followed } = await gather(group('web', accepts('gw.crt')), {
      configMaps: { certs: { 'gw.crt': CERTIFICATE } },
    });
    expect(reasons).to.deep.equal([]);
    expect([...inputs.acceptCerts]).to.deep.equal([['gw', CERTIFICATE]]);
    expect(followed).to.deep.equal([['ns/certs', '7']]);
  });

  for (const [reason, configMaps] of [
    ['CertificateMissing', {}],
    ['CertificateMissing', { certs: { other: CERTIFICATE } }],
    ['CertificateTooLarge', { certs: { 'gw.crt': 'x'.repeat(16_385) } }],
    ['PrivateKeyRefused', { certs: { 'gw.crt': `${CERTIFICATE}-----BEGIN PRIVATE KEY-----\n` } }],
  ] as const) {
    it(`are without a certificate that is ${reason} (${JSON.stringify(configMaps).slice(0, 30)})`, async () => {
      const { inputs, reasons, followed } = await gather(group('web', accepts('gw.crt')), { configMaps });
      expect(reasons).to.deep.equal([reason]);
      expect(inputs.acceptCerts.size).to.equal(0);
      expect(followed).to.have.length(1);
    });
  }

  it('conflict with an older group that uses the name of the Service, as far as certificates go', async () => {
    const old = group('web-svc');
    Object.assign(old.metadata, { creationTimestamp: '2025-01-01T00:00:00Z' });
    const own = group('web', { tls: { mode: 'TLS' } });
    Object.assign(own.metadata, { creationTimestamp: '2026-01-01T00:00:00Z' });
    const { reasons, inputs } = await gather(own, { groups: [old] });
    expect(reasons).to.deep.equal(['NameConflict']);
    expect(inputs.takenServices).to.deep.equal(['web-svc']);
  });
});

describe('the peers of a group with one per node', () => {
  const onNode = (number: number, nodeName: string | undefined, metadata: object = {}): Pod => {
    const base = pod(number, { metadata });
    return { ...base, spec: { ...base.spec, nodeName } };
  };
  const peersOf = (...pods: readonly Pod[]) =>
    nodePeers('ns/web', { ...podCache(...pods), nodes: undefined }).map(({ node, address }) => [node, address]);

  it('are called by their nodes and sorted; pods without a node or an address are none', () => {
    const starting = onNode(3, 'c');
    const pods = [
      onNode(2, 'b'),
      onNode(1, 'a'),
      onNode(4, undefined),
      { ...starting, status: { ...starting.status, podIP: undefined } },
    ];
    expect(peersOf(...pods)).to.deep.equal([
      ['a', '10.0.0.1'],
      ['b', '10.0.0.2'],
    ]);
  });

  it('are the newer pod of two on one node, unless it is being deleted', () => {
    const old = onNode(1, 'a');
    const young = onNode(2, 'a', { creationTimestamp: '2026-01-02T00:00:00Z' });
    const going = onNode(2, 'a', {
      creationTimestamp: '2026-01-02T00:00:00Z',
      deletionTimestamp: '2026-01-03T00:00:00Z',
    });
    expect(peersOf(old, young)).to.deep.equal([['a', '10.0.0.2']]);
    expect(peersOf(young, old)).to.deep.equal([['a', '10.0.0.2']]);
    expect(peersOf(old, going)).to.deep.equal([['a', '10.0.0.1']]);
  });
});
