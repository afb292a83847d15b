import { expect } from 'chai';
import { contentHash } from '../../../../../constructs/content-hash.ts';
import { completePeerGroup, type PeerGroupSpec } from '../../../../../constructs/crds/peer-group.ts';
import { ApiStatusError } from '../../../../../reconciler/kube/errors.ts';
import type { KubeObject } from '../../../../../reconciler/kube/object.ts';
import { findReferences } from '../../../../../reconciler/peer-group/inputs/references.ts';
import type { Report } from '../../../../../reconciler/peer-group/report.ts';
import { SecretTakenError, TlsSecretFullError } from '../../../../../reconciler/peer-group/tls/errors.ts';
import { ensureGroupTls, type GroupTlsContext } from '../../../../../reconciler/peer-group/tls/group-tls.ts';
import type { TlsContent } from '../../../../../reconciler/peer-group/tls/secrets.ts';
import { cacheOf, group, pod, podCache } from '../builders.ts';
import { summary } from '../connectivity/support.ts';

const CONTENT: TlsContent = { caBundle: 'CA', leaves: new Map([['web', { certificate: 'LEAF', privateKey: 'KEY' }]]) };
const IDENTITY = { certificate: 'OPERATOR', privateKey: 'KEY' };
const ISSUED: PeerGroupSpec = { tls: { mode: 'TLS', issuerRef: { name: 'issuer' } } };

interface World {
  /** What the rotator says; an error is thrown. */
  readonly ensured?: { readonly changed: boolean } | Error;
  /** The Secret that cert-manager writes; a number is a status that the API server answers instead. */
  readonly secret?: Readonly<Record<string, string>> | number;
  readonly reports?: Readonly<Record<string, Report>>;
}

/** The group's TLS, who is reconciled again, and whether the rotator was told that all pods are up to date. */
async function groupTls(spec: PeerGroupSpec, { ensured = { changed: false }, secret = 404, reports = {} }: World = {}) {
  const own = group('web', spec);
  const caches = { groups: cacheOf([own, group('db')]), ...podCache(pod(0), pod(1)) };
  const requeued: string[] = [];
  let updated: boolean | undefined;
  const context: GroupTlsContext = {
    ...caches,
    client: {
      get: async <T extends KubeObject>() => {
        if (typeof secret === 'number') throw new ApiStatusError(secret, { kind: 'Status', message: 'no' });
        const data = Object.entries(secret).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
        return { data: Object.fromEntries(data) } as unknown as T;
      },
    },
    tls: {
      ensure: async (_namespace, owners, allPodsUpdated) => {
        if (ensured instanceof Error) throw ensured;
        if (owners.length === 0) return undefined;
        updated = allPodsUpdated(CONTENT);
        return { content: CONTENT, identity: IDENTITY, ...ensured };
      },
    },
    references: { of: (namespace) => findReferences(namespace, caches) },
    reports: { reportOf: (uid) => reports[uid] },
    configs: { get: () => undefined },
    requeue: (key) => requeued.push(key),
  };
  const { problems, policy, expected } = await ensureGroupTls(own, completePeerGroup(own), context);
  return { reasons: problems.map(({ reason }) => reason), problems, policy, expected, requeued, updated };
}

describe('TLS of a PeerGroup', () => {
  it('is none without TLS in its namespace', async () => {
    expect(await groupTls({})).to.deep.include({ reasons: [], policy: undefined, expected: undefined, requeued: [] });
  });

  it('is its leaf, and a client policy with which the operator reads reports', async () => {
    const { reasons, policy, expected } = await groupTls({ tls: { mode: 'Mutual' } });
    expect(reasons).to.deep.equal([]);
    expect(policy).to.deep.equal({ caBundle: 'CA', serverName: 'web.ns.svc', identity: IDENTITY });
    expect(expected).to.deep.equal({ certificate: contentHash('LEAF'), caBundle: contentHash('CA') });
  });

  it('has all groups of the namespace reconciled when the Secret has changed', async () => {
    const { requeued } = await groupTls({ tls: { mode: 'TLS' } }, { ensured: { changed: true } });
    expect(requeued).to.have.members(['ns/web', 'ns/db']);
  });

  it('lets a rotation go on only when every pod freshly reports the leaf and the CA bundle', async () => {
    const tls = { certificate: contentHash('LEAF'), accepted: [contentHash('CA')] };
    const report = (fresh: boolean, differs: object = {}): Report => ({
      summary: summary(1, [], { tls, ...differs }),
      fresh,
    });
    const updated = async (second: Report | undefined) => {
      const reports = { 'pod-0': report(true), ...(second && { 'pod-1': second }) };
      return (await groupTls({ tls: { mode: 'TLS' } }, { reports })).updated;
    };
    expect(await updated(report(true))).to.equal(true);
    expect(await updated(report(false))).to.equal(false);
    expect(await updated(undefined)).to.equal(false);
    expect(await updated(report(true, { tls: { ...tls, accepted: ['old'] } }))).to.equal(false);
  });

  for (const [reason, error] of [
    ['NameConflict', new SecretTakenError('taken')],
    ['MissingPermission', new ApiStatusError(403, { kind: 'Status', message: 'user cannot patch secrets' })],
  ] as const) {
    it(`has the problem ${reason}, unless the group has no TLS`, async () => {
      expect((await groupTls({ tls: { mode: 'TLS' } }, { ensured: error })).reasons).to.deep.equal([reason]);
      expect((await groupTls({}, { ensured: error })).reasons).to.deep.equal([]);
    });
  }

  it('has the problem TlsSecretFull, with the message of the rotator', async () => {
    const { problems } = await groupTls({ tls: { mode: 'TLS' } }, { ensured: new TlsSecretFullError('full') });
    expect(problems).to.deep.equal([{ reason: 'TlsSecretFull', message: 'full' }]);
  });

  it('does not hide what is not about the Secrets', async () => {
    const error = new Error('socket hang up');
    const thrown = await groupTls({ tls: { mode: 'TLS' } }, { ensured: error }).catch((reason: unknown) => reason);
    expect(thrown).to.equal(error);
  });
});

describe('TLS of a PeerGroup by cert-manager', () => {
  const COMPLETE = { 'tls.crt': 'CERT', 'tls.key': 'KEY', 'ca.crt': 'CA' };

  it('is read from the Secret that cert-manager writes', async () => {
    const { reasons, policy, expected } = await groupTls(ISSUED, { secret: COMPLETE });
    expect(reasons).to.deep.equal([]);
    expect(policy).to.deep.equal({
      caBundle: 'CA',
      serverName: 'web.ns.svc',
      identity: { certificate: 'CERT', privateKey: 'KEY' },
    });
    expect(expected).to.equal(undefined);
  });

  for (const [reason, secret, message] of [
    ['CertificateMissing', 404, 'cert-manager has not written Secret web-tls yet'],
    ['CertificateIncomplete', { ...COMPLETE, 'ca.crt': ' \n' }, 'Secret web-tls lacks ca.crt'],
    ['ReportsUnreadable', 403, 'kubectl -n ns create role rollcall-web-tls'],
  ] as const) {
    it(`has the problem ${reason}`, async () => {
      const { problems, policy } = await groupTls(ISSUED, { secret });
      expect(problems.map((problem) => problem.reason)).to.deep.equal([reason]);
      expect(problems[0]?.message).to.include(message);
      expect(policy).to.equal(undefined);
    });
  }
});
