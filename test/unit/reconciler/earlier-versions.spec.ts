import { expect } from 'chai';
import { EarlierVersions } from '../../../reconciler/earlier-versions.ts';
import type { KubeClient } from '../../../reconciler/kube/client.ts';
import type { KubeObject } from '../../../reconciler/kube/object.ts';
import type { Logger } from '../../../reconciler/runtime/logger.ts';

const pod = (name: string, deletionTimestamp?: string, phase = 'Running') => ({
  ...{ apiVersion: 'v1', kind: 'Pod', status: { phase } },
  metadata: { namespace: 'ops', name, ...(deletionTimestamp && { deletionTimestamp }) },
});

/** What is said of readiness after each look at the pods; they are those of one `listing` after the other. */
async function hindrances(...listings: KubeObject[][]): Promise<(string | undefined)[]> {
  const said: (string | undefined)[] = [];
  let look = 0;
  const earlier = new EarlierVersions({
    client: { list: async () => ({ items: listings[look++] ?? [], resourceVersion: '1' }) } as unknown as KubeClient,
    ...{ namespace: 'ops', selector: 'a=b', now: () => Date.parse('2026-01-01T00:01:00Z') },
    log: { info: () => {} } as unknown as Logger,
    sleep: async () => void said.push(earlier.hindrance),
  });
  await earlier.untilGone(new AbortController().signal);
  return [...said, earlier.hindrance];
}

describe('a pod of a version without leader election', () => {
  it('is named, with what ends the wait, while it should be gone and is not', async () => {
    const [said, after] = await hindrances([pod('old', '2026-01-01T00:00:59Z'), pod('new')]);
    expect(said).to.match(/which do not terminate: old; .*: kubectl delete pod --force --namespace ops old$/);
    expect(after).to.equal(undefined);
  });

  it('keeps nobody from being ready before: the rollout that is to delete it may wait for that', async () => {
    const terminating = pod('old', '2026-01-01T00:01:10Z');
    expect(await hindrances([pod('old')], [terminating])).to.deep.equal([undefined, undefined, undefined]);
  });

  it('is not waited for once it has ended', async () => {
    expect(await hindrances([pod('old', '2026-01-01T00:00:00Z', 'Failed')])).to.deep.equal([undefined]);
  });
});
