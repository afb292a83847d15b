import { expect } from 'chai';
import { completePeerGroup } from '../../../constructs/crds/peer-group.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { installDist } from '../../support/operator-identity.ts';
import { BAD_PEER_GROUPS, peerGroup } from '../../support/peer-groups.ts';
import { openWorld, peerGroup as peerGroupObject, type World } from '../../support/world.ts';

describe('the PeerGroup definition on a real API server', () => {
  let world: World;
  let ns: string;
  const kubectl = (...args: string[]) => controlPlane().kubectl(args);

  before(async function () {
    this.timeout(60_000);
    await installDist(controlPlane());
    world = openWorld(controlPlane());
    ns = await namespaceFor(this);
  });

  after(() => world?.close());

  it('gives the defaults that rendering gives without an API server', async () => {
    const { spec } = await world.create(peerGroupObject(ns, 'defaults'));
    expect(spec).to.deep.equal(completePeerGroup(peerGroup()));
  });

  for (const { title, name = 'web', spec, field, sentence } of BAD_PEER_GROUPS) {
    it(`refuses ${title} with a sentence that names the field`, async () => {
      const refusal = await world.create(peerGroupObject(ns, name, spec as object)).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
      expect(refusal)
        .to.include(field)
        .and.include(sentence ?? '');
    });
  }

  it('refuses a new name that is another group’s, whatever status comes with it', async () => {
    const object = { ...peerGroupObject(ns, 'web-svc'), status: { observedGeneration: 1, replicas: 1 } };
    const text = JSON.stringify(object);
    for (const command of [['create'], ['apply'], ['apply', '--server-side'], ['create', '--dry-run=server']]) {
      const refusal = await controlPlane()
        .kubectl([...command, '-f', '-'], { input: text })
        .catch((error: Error) => error.message);
      expect(refusal, command.join(' ')).to.include('metadata.name must not end with -svc');
    }
  });

  it('refuses a negative tolerationSeconds', async () => {
    const tolerations = [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -5 }] as const;
    const refusal = await world.create(peerGroupObject(ns, 'negative', { tolerations: [...tolerations] })).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(refusal).to.include('tolerations: tolerationSeconds must be at least 0');
  });

  it('refuses a field that it does not know', async () => {
    const input = JSON.stringify(peerGroupObject(ns, 'typo', { replica: 3 } as object));
    const refusal = await controlPlane()
      .kubectl(['apply', '-f', '-'], { input })
      .catch((error: Error) => error.message);
    expect(refusal).to.include('unknown field "spec.replica"');
  });

  it('shows the columns that the contract has', async () => {
    await world.create(peerGroupObject(ns, 'columns', { interval: '7s' }));
    const [header, row] = (await kubectl('get', 'pg', 'columns', '-n', ns)).split('\n');
    expect(header!.split(/\s+/)).to.deep.equal([
      'NAME',
      'REPLICAS',
      'READY',
      'LINKS',
      'CONNECTED',
      'P99',
      'INTERVAL',
      'AGE',
    ]);
    expect(row).to.include('7s');
    const [wide] = (await kubectl('get', 'pg', 'columns', '-n', ns, '-o', 'wide')).split('\n');
    expect(wide).to.match(/ AGE +WORST FROM +WORST TO +WORST P99 +WORST LOSS$/);
  });

  it('keeps the placement that it was created with', async () => {
    await world.create(peerGroupObject(ns, 'placed'));
    const refusal = await world.patch('PeerGroup', ns, 'placed', { spec: { placement: 'PerNode' } }).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(refusal).to.include('spec.placement').and.include('placement is immutable');
  });

  it('is scaled by kubectl scale, within the same bounds', async () => {
    await world.create(peerGroupObject(ns, 'scaled'));
    await kubectl('scale', 'peergroup/scaled', '--replicas=3', '-n', ns);
    expect((await world.get('PeerGroup', ns, 'scaled'))?.spec.replicas).to.equal(3);
    const refusal = await kubectl('scale', 'pg/scaled', '--replicas=501', '-n', ns).catch(
      (error: Error) => error.message,
    );
    expect(refusal).to.include('replicas must be at most 500 with topology.type FullMesh');
  });
});
