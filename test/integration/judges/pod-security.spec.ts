import { expect } from 'chai';
import { controlPlane, namespaceFor } from '../../support/control-plane.ts';
import { judgedManifests, podsOf } from '../../support/judges/manifests.ts';
import type { ManifestObject } from '../../support/manifests.ts';

describe("Pod Security's level restricted, as the API server judges", () => {
  let ns: string;

  before(async function () {
    this.timeout(30_000);
    ns = await namespaceFor(this);
  });

  /** Creates the pods without storing them. @returns what kubectl prints */
  function admit(pods: readonly object[]): Promise<string> {
    const input = pods.map((pod) => JSON.stringify(pod)).join('\n');
    return controlPlane().kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], { input });
  }

  /** As it is rendered, but for what other admission plugins look up in the cluster. */
  function pod({ spec }: ManifestObject, index: number): object {
    const { serviceAccountName: _, priorityClassName: __, ...judged } = spec;
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `judged-${index}`, namespace: ns }, spec: judged };
  }

  it('is met by every pod of the operator, of peers and of jobs, in each example and with each option', async function () {
    this.timeout(30_000);
    const pods = judgedManifests()
      .flatMap(({ objects }) => podsOf(objects))
      .map(pod);
    const admitted = (await admit(pods)).trim().split('\n');
    expect(admitted).to.deep.equal(pods.map((_, index) => `pod/judged-${index} created (server dry run)`));
  });

  it('is enforced there: the same pod with one thing more is refused', async () => {
    const [first] = judgedManifests().flatMap(({ objects }) => podsOf(objects));
    const refusal = await admit([pod({ ...first!, spec: { ...first!.spec, hostNetwork: true } }, 0)]).catch(
      (error: Error) => error.message,
    );
    expect(refusal).to.include('violates PodSecurity "restricted').and.include('host namespaces');
  });
});
