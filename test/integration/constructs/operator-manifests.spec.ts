import { join } from 'node:path';
import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { eventually } from '../../support/eventually.ts';
import { installDist, OPERATOR_USER, reinstallDist } from '../../support/operator-identity.ts';

const dist = join(import.meta.dirname, '../../../dist');

describe("the operator's manifests on a real API server", () => {
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
  });

  after(async function () {
    this.timeout(60_000);
    await reinstallDist(controlPlane());
  });

  /** Everything that dist/ says, as it is on the API server. */
  async function installed(): Promise<object[]> {
    const { items } = JSON.parse(await kubectl('get', '-f', dist, '-o', 'json'));
    return items.map(({ metadata, status: _, ...object }: { metadata: Record<string, unknown>; status?: unknown }) => ({
      ...object,
      metadata: { ...metadata, resourceVersion: undefined, managedFields: undefined },
    }));
  }

  // By client-side apply kubectl says itself what has changed: see the next case.
  it('are installed by server-side apply, and a second time changes nothing', async function () {
    this.timeout(60_000);
    const apply = () => kubectl('apply', '-f', dist, '--server-side', '--force-conflicts');
    await apply();
    const first = await installed();
    await apply();
    expect(await installed()).to.deep.equal(first);
  });

  it('say nothing that the API server does not keep', async function () {
    this.timeout(60_000);
    await kubectl('apply', '-f', dist);
    const lines = (await kubectl('apply', '-f', dist)).trim().split('\n');
    // kubectl sends the selector of a PodDisruptionBudget every time, whatever it is.
    const changed = lines.filter((line) => !line.endsWith(' unchanged') && !line.startsWith('poddisruptionbudget'));
    expect(changed).to.deep.equal([]);
  });

  it('refuse the operator what it has no need of', async function () {
    this.timeout(30_000);
    const asked = [
      'get secrets',
      'list secrets',
      'update peergroups',
      'delete statefulsets',
      'patch nodes',
      'create pods/exec',
    ];
    const granted: string[] = [];
    for (const question of asked) if (await can(OPERATOR_USER, question, 'default')) granted.push(question);
    expect(granted).to.deep.equal([]);
    expect(await can(OPERATOR_USER, 'patch statefulsets', 'default')).to.equal(true);
  });

  it('let whoever may edit a namespace keep PeerGroups there, and whoever may view it read them', async function () {
    this.timeout(30_000);
    const ns = await namespaceFor(this);
    await kubectl('create', 'rolebinding', 'edit', '--clusterrole=edit', '--user=erin', '-n', ns);
    await kubectl('create', 'rolebinding', 'view', '--clusterrole=view', '--user=victor', '-n', ns);
    await eventually(async () => {
      expect(await can('erin', 'create peergroups', ns)).to.equal(true);
      expect(await can('erin', 'patch peergroups/scale', ns)).to.equal(true);
      expect(await can('victor', 'watch peergroups', ns)).to.equal(true);
    }, 20_000);
    expect(await can('victor', 'create peergroups', ns)).to.equal(false);
    expect(await can('erin', 'patch peergroups/status', ns)).to.equal(false);
  });

  /** Whether the user may do that; kubectl says no by exit status 1. */
  async function can(user: string, question: string, namespace: string): Promise<boolean> {
    const [verb, resource] = question.split(' ') as [string, string];
    const [type, subresource] = resource.split('/') as [string, string | undefined];
    const args = ['auth', 'can-i', verb, type, `--as=${user}`, '-n', namespace];
    if (subresource !== undefined) args.push(`--subresource=${subresource}`);
    return kubectl(...args).then(
      (answer) => answer.trim() === 'yes',
      () => false,
    );
  }
});
