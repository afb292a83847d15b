import { expect } from 'chai';
import { type RenderedObject, renderPeerGroup } from '../../../constructs/peer-group.ts';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { CONTEXT, peerGroup } from '../../support/peer-groups.ts';

describe('the rendered children of a PeerGroup on a real API server', () => {
  let ns: string;

  before(async function () {
    this.timeout(30_000);
    ns = await namespaceFor(this);
  });

  function render(): RenderedObject[] {
    return renderPeerGroup(
      peerGroup({ peers: [{ name: 'gw', url: 'http://gw.example' }], replicas: 3 }, { namespace: ns }),
      CONTEXT,
    );
  }

  function apply(objects: readonly object[], ...args: string[]): Promise<string> {
    const input = objects.map((object) => JSON.stringify(object)).join('\n');
    return controlPlane().kubectl([...args, '--validate=strict', '-f', '-'], { input });
  }

  it('need no operator: they are accepted as they are, and a second apply changes nothing', async () => {
    const versions = () =>
      controlPlane().kubectl(['get', 'cm,svc,sa,sts', '-n', ns, '-o', 'jsonpath={.items[*].metadata.generation}']);
    await apply(render(), 'apply', '--server-side', '--field-manager=rollcall');
    const before = await versions();
    await apply(render(), 'apply', '--server-side', '--field-manager=rollcall');
    expect(await versions()).to.equal(before);
  });

  it('are pods of QoS class Guaranteed', async () => {
    const statefulSet = render().find((object) => object.kind === 'StatefulSet')!;
    const { template } = statefulSet.spec as { template: { spec: object } };
    const pod = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { name: 'judged', namespace: ns } };
    const qos = await apply([pod], 'create', '--dry-run=server', '-o', 'jsonpath={.status.qosClass}');
    expect(qos).to.equal('Guaranteed');
  });
});
