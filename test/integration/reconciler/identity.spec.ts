import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { itLong } from '../../support/it-long.ts';
import { quiet } from '../../support/operator-process.ts';
import { operatorSuite } from '../../support/operator-suite.ts';
import { peerGroup } from '../../support/world.ts';

describe('whose a name is', () => {
  const suite = operatorSuite();
  const tls = { mode: 'TLS' as const };
  const { kubectl } = { kubectl: (...args: string[]) => controlPlane().kubectl(args) };
  const authorityOf = (ns: string) => suite.world.get('Secret', 'rollcall-system', `rollcall-ca.${ns}`);

  it('counts for Secrets too: one that somebody else made is neither taken over nor deleted', async function () {
    this.timeout(40_000);
    const ns = await namespaceFor(this);
    const metadata = { namespace: ns, name: 'rollcall-tls' };
    const data = { password: 'c2VjcmV0' };
    const foreign = await suite.world.create({ apiVersion: 'v1', kind: 'Secret', metadata, data });
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    const { message } = await suite.degraded(ns, 'web', 'NameConflict');
    expect(message).to.match(/^Secret rollcall-tls already exists and was not created by Rollcall/);
    await suite.world.delete('PeerGroup', ns, 'web');
    await suite.world.create(peerGroup(ns, 'plain'));
    await suite.observed(ns, 'plain');
    const after = await suite.world.get('Secret', ns, 'rollcall-tls');
    expect(after?.metadata.resourceVersion).to.equal(foreign.metadata.resourceVersion);

    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.degraded(ns, 'web', 'NameConflict');
    await suite.world.delete('Secret', ns, 'rollcall-tls');
    await suite.healthy(ns, 'web', 20_000);
    expect(Object.keys((await suite.world.get('Secret', ns, 'rollcall-tls'))!.data)).to.include('web.crt');
  });

  it('is not inherited: a CA of a former namespace is no CA of its successor', async function () {
    this.timeout(40_000);
    const ns = await namespaceFor(this);
    await suite.world.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace: 'rollcall-system',
        name: `rollcall-ca.${ns}`,
        labels: { 'app.kubernetes.io/part-of': 'rollcall', 'app.kubernetes.io/managed-by': 'rollcall' },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Namespace', name: ns, uid: '00000000-0000-0000-0000-000000000000' },
        ],
      },
    });
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.healthy(ns, 'web');
    const { uid } = JSON.parse(await kubectl('get', 'namespace', ns, '-o', 'json')).metadata;
    const authority = await authorityOf(ns);
    expect(authority?.metadata.ownerReferences?.map((owner) => owner.uid)).to.deep.equal([uid]);
    const leaf = (await suite.world.get('Secret', ns, 'rollcall-tls'))!.data['web.crt'];
    const ca = new X509Certificate(Buffer.from(authority!.data['ca.crt'], 'base64'));
    expect(new X509Certificate(Buffer.from(leaf, 'base64')).verify(ca.publicKey)).to.equal(true);
  });

  it('was given before the rule: a stored group that is called like a Service stays writable and gets no name twice', async function () {
    this.timeout(60_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.healthy(ns, 'web');
    await withoutRule('-svc', () => suite.world.create(peerGroup(ns, 'web-svc', { tls })));
    await suite.degraded(ns, 'web-svc', 'NameConflict');
    await suite.world.patch('PeerGroup', ns, 'web-svc', { spec: { interval: '7s' } });
    await eventually(async () => {
      const group = await suite.world.get('PeerGroup', ns, 'web-svc');
      expect(group?.status?.observedGeneration).to.equal(2);
    });
    const { data } = (await suite.world.get('Secret', ns, 'rollcall-tls'))!;
    const valid = (host: string) =>
      ['web.crt', 'web-svc.crt'].filter(
        (key) => new X509Certificate(Buffer.from(data[key], 'base64')).checkHost(host) !== undefined,
      );
    expect(valid(`web-svc.${ns}.svc`)).to.deep.equal(['web.crt']);
    expect(valid(`web.${ns}.svc`)).to.deep.equal(['web.crt']);
  });

  it('is not that of a pod which merely has a group’s labels: it is told nothing', async function () {
    this.timeout(40_000);
    const ns = await namespaceFor(this);
    await suite.world.create(peerGroup(ns, 'web', { replicas: 1 }));
    const ours = await eventually(async () => {
      const pod = await suite.world.get('Pod', ns, 'web-0');
      expect(pod).not.to.equal(undefined);
      return pod!;
    });
    const { labels } = ours.metadata;
    await suite.world.create({ ...ours, metadata: { namespace: ns, name: 'stranger', labels }, status: undefined });
    await suite.world.patch('PeerGroup', ns, 'web', { spec: { interval: '7s' } });
    await suite.observed(ns, 'web');
    const hash = async (name: string) =>
      (await suite.world.get('Pod', ns, name))?.metadata.annotations?.['rollcall.dev/config-hash'];
    await eventually(async () => expect(await hash('web-0')).to.be.a('string'));
    await quiet(suite.operator, 500);
    expect(await hash('stranger')).to.equal(undefined);
  });

  // The last case: it stops the suite's operator.
  itLong('ends with its namespace: the CA goes with it, though no operator is running', async function () {
    this.timeout(60_000);
    const ns = 'ends-with-its-namespace';
    await kubectl('create', 'namespace', ns);
    await suite.world.create(peerGroup(ns, 'web', { tls }));
    await suite.observed(ns, 'web');
    expect(await authorityOf(ns)).not.to.equal(undefined);
    await suite.operator.stop();
    await kubectl('delete', 'namespace', ns, '--wait=false');
    await eventually(async () => expect(await authorityOf(ns)).to.equal(undefined), 40_000);
  });

  /** As if the objects that `body` makes were from before the definition had the rule whose text has these words. */
  async function withoutRule(words: string, body: () => Promise<unknown>): Promise<void> {
    const name = 'peergroups.rollcall.dev';
    const path = '/spec/versions/0/schema/openAPIV3Schema/x-kubernetes-validations';
    const definition = JSON.parse(await kubectl('get', 'crd', name, '-o', 'json'));
    const rules: { rule: string }[] = definition.spec.versions[0].schema.openAPIV3Schema['x-kubernetes-validations'];
    const patch = (value: readonly object[]) =>
      kubectl('patch', 'crd', name, '--type=json', '-p', JSON.stringify([{ op: 'replace', path, value }]));
    const laxer = rules.filter(({ rule }) => !rule.includes(words));
    expect(laxer).to.have.length(rules.length - 1);
    await patch(laxer);
    try {
      // The API server takes a moment to know its new rules.
      await eventually(body);
    } finally {
      await patch(rules);
    }
  }
});
