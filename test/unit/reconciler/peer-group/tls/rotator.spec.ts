import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import type { KubeClient } from '../../../../../reconciler/kube/client.ts';
import { ApiStatusError } from '../../../../../reconciler/kube/errors.ts';
import type { ApplyConfiguration, KubeObject } from '../../../../../reconciler/kube/object.ts';
import { TlsSecretFullError } from '../../../../../reconciler/peer-group/tls/errors.ts';
import { CertificateRotator } from '../../../../../reconciler/peer-group/tls/rotator.ts';
import type { Secret } from '../../../../../reconciler/peer-group/tls/secrets.ts';

const START = Date.parse('2026-06-01T00:00:00Z');
const DAY = 24 * 60 * 60_000;
const OWNERS = [{ name: 'web', uid: 'uid-web' }];

/** The part of an API server that keeps namespaces and Secrets, as far as the rotator asks it. */
class Server {
  readonly objects = new Map<string, KubeObject>();
  readonly writes: string[] = [];
  away = false;
  #count = 1;

  put(key: string, object: object): void {
    const uid = `uid-${this.#count++}`;
    const metadata = { uid, resourceVersion: String(this.#count), ...(object as KubeObject).metadata };
    this.objects.set(key, { ...(object as KubeObject), metadata });
  }

  get client(): KubeClient {
    return {
      get: async (_type: unknown, target: Named) => this.objects.get(keyOf(target)) ?? fail(404, 'NotFound'),
      createByApply: async (_type: unknown, object: ApplyConfiguration) => {
        if (this.objects.has(keyOf(object.metadata))) fail(409, 'Conflict');
        return this.#store(object);
      },
      apply: async (_type: unknown, object: ApplyConfiguration) => {
        const { uid, resourceVersion } = this.objects.get(keyOf(object.metadata))?.metadata ?? {};
        const isBased = object.metadata.uid === uid && object.metadata.resourceVersion === resourceVersion;
        return isBased ? this.#store(object) : fail(409, 'Conflict');
      },
      delete: async (_type: unknown, target: Named & { uid?: string }) => {
        if (this.away) fail(503, 'ServiceUnavailable');
        const present = this.objects.get(keyOf(target)) ?? fail(404, 'NotFound');
        if (target.uid === undefined || present.metadata.uid !== target.uid) fail(409, 'Conflict');
        this.writes.push(`delete ${keyOf(target)}`);
        this.objects.delete(keyOf(target));
      },
    } as unknown as KubeClient;
  }

  #store(object: ApplyConfiguration): KubeObject {
    const key = keyOf(object.metadata);
    const uid = this.objects.get(key)?.metadata.uid ?? `uid-${this.#count++}`;
    const metadata = { ...object.metadata, uid, resourceVersion: String(this.#count++) };
    this.objects.set(key, { ...object, metadata });
    this.writes.push(`write ${key}`);
    return this.objects.get(key)!;
  }
}

interface Named {
  readonly namespace?: string;
  readonly name: string;
}

function keyOf({ namespace, name }: Named): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function fail(status: number, reason: string): never {
  throw new ApiStatusError(status, { kind: 'Status', reason });
}

describe('the Secrets of a namespace', function () {
  // Making keys takes what a busy machine leaves.
  this.timeout(10_000);
  let server: Server;
  let rotator: CertificateRotator;
  let now: number;

  beforeEach(() => {
    now = START;
    server = new Server();
    server.put('demo', { kind: 'Namespace', metadata: { name: 'demo', creationTimestamp: '2026-05-01T00:00:00Z' } });
    rotator = newRotator();
  });

  function newRotator(maxSecretBytes?: number) {
    return new CertificateRotator({
      client: server.client,
      fieldManager: 'rollcall',
      clusterDomain: 'cluster.local',
      lifetimes: { leafMs: 90 * DAY, caMs: 1095 * DAY },
      resyncMs: 600_000,
      now: () => now,
      ...(maxSecretBytes !== undefined && { maxSecretBytes }),
    });
  }

  const keep = (owners = OWNERS) => rotator.ensure('demo', owners, () => true);
  const certificate = (key: string, entry: string) =>
    new X509Certificate(Buffer.from((server.objects.get(key) as Secret).data![entry]!, 'base64'));
  const rejection = () =>
    keep().then(
      () => 'kept',
      (error: Error) => error.message,
    );

  it('are left alone where somebody else made them', async () => {
    for (const key of ['demo/rollcall-tls', 'rollcall-system/rollcall-ca.demo']) {
      const [namespace, name] = key.split('/');
      server.put(key, { metadata: { namespace, name }, data: { password: 'c2VjcmV0' } });
      const before = server.objects.get(key);
      expect(await rejection()).to.match(
        new RegExp(`^Secret ${name}.* already exists and was not created by Rollcall`),
      );
      expect(await keep([])).to.equal(undefined);
      expect(server.writes).to.deep.equal([]);
      expect(server.objects.get(key)).to.equal(before);
      server.objects.delete(key);
    }
  });

  it('are not written when they would be too large, until groups leave', async () => {
    rotator = newRotator(4_000);
    const three = ['web', 'db', 'api'].map((name) => ({ name, uid: `uid-${name}` }));
    const error = await keep(three).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TlsSecretFullError);
    expect(String(error)).to.match(
      /the certificates of 3 PeerGroups with TLS in namespace demo do not fit into one Secret/,
    );
    expect(server.writes).to.deep.equal([]);
    expect(await keep()).to.include({ changed: true });
    expect(server.writes).to.deep.equal(['write rollcall-system/rollcall-ca.demo', 'write demo/rollcall-tls']);
  });

  it('are made once the name is free', async () => {
    server.put('demo/rollcall-tls', { metadata: { namespace: 'demo', name: 'rollcall-tls' } });
    await rejection();
    server.objects.delete('demo/rollcall-tls');
    now += 1_000;
    expect(await rejection()).to.equal('kept');
  });

  it('go with the last group, but not their successors', async () => {
    await keep();
    server.put('demo/rollcall-tls', { metadata: { namespace: 'demo', name: 'rollcall-tls' } });
    await keep([]);
    expect([...server.objects.keys()]).to.deep.equal(['demo', 'demo/rollcall-tls']);
  });

  it('go with the last group also when the API server was away at first', async () => {
    await keep();
    server.away = true;
    expect(await keep([]).catch(({ status }: ApiStatusError) => status)).to.equal(503);
    server.away = false;
    await keep([]);
    expect([...server.objects.keys()]).to.deep.equal(['demo']);
  });

  it('are of another CA where a namespace has been replaced by one of its name', async () => {
    await keep();
    const former = certificate('rollcall-system/rollcall-ca.demo', 'ca.crt').fingerprint256;
    server.objects.delete('demo/rollcall-tls');
    server.put('demo', { kind: 'Namespace', metadata: { name: 'demo', creationTimestamp: '2026-06-01T00:00:00Z' } });
    for (const present of [rotator, newRotator()]) {
      rotator = present;
      await keep([{ name: 'web', uid: `uid-of-${now++}` }]);
      const caSecret = server.objects.get('rollcall-system/rollcall-ca.demo')!;
      expect(certificate('rollcall-system/rollcall-ca.demo', 'ca.crt').fingerprint256).not.to.equal(former);
      expect(caSecret.metadata.ownerReferences?.[0]?.uid).to.equal(server.objects.get('demo')!.metadata.uid);
      expect(
        Buffer.from((server.objects.get('demo/rollcall-tls') as Secret).data!['ca.crt']!, 'base64').toString(),
      ).to.match(/^(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n)$/);
    }
  });

  it('of version 0.1.0 are adopted, and their CA gets its namespace as owner', async () => {
    await keep();
    const key = 'rollcall-system/rollcall-ca.demo';
    const { ownerReferences: _, ...metadata } = server.objects.get(key)!.metadata;
    server.objects.set(key, {
      ...server.objects.get(key)!,
      metadata: { ...metadata, creationTimestamp: '2026-05-02T00:00:00Z' },
    });
    const before = certificate(key, 'ca.crt').fingerprint256;
    server.writes.length = 0;
    rotator = newRotator();
    await keep();
    expect(server.writes).to.deep.equal([`write ${key}`]);
    expect(certificate(key, 'ca.crt').fingerprint256).to.equal(before);
    expect(server.objects.get(key)!.metadata.ownerReferences).to.have.length(1);
  });

  it('are made anew when the clock turns out to have been a day ahead', async () => {
    now = START + DAY;
    await keep();
    now = START;
    await keep();
    for (const [key, entry] of [
      ['demo/rollcall-tls', 'web.crt'],
      ['rollcall-system/rollcall-ca.demo', 'ca.crt'],
    ] as const)
      expect(certificate(key, entry).validFromDate.getTime(), entry).to.be.at.most(now);
    expect(new X509Certificate(rotator.get('demo')!.identity.certificate).validFromDate.getTime()).to.be.at.most(now);
  });
});
