import { ANNOTATION_CONFIG_HASH, FIELD_MANAGER } from '../../constructs/names.ts';
import { PODS } from '../cluster/types.ts';
import { isConflict, isNotFound, isRefusal } from '../kube/errors.ts';
import { keyOf } from '../kube/object.ts';
import type { ChildResult } from '../runtime/apply-children.ts';
import type { PeerGroupContext } from './context.ts';
import type { GroupTls } from './keep-tls.ts';
import { type Announcement, planAnnouncements } from './plan-announcements.ts';
import { type Problem, refusal } from './problem.ts';
import type { RenderedGroup } from './render.ts';
import type { ConfigMap, Pod } from './resources.ts';
import { reportedToken, versionToken } from './tls/expected.ts';

/** Patches in flight for one group. */
const CONCURRENCY = 8;
/** Characters of a pod's own words that are passed on. */
const MAX_MESSAGE = 1_000;

export interface Announced {
  /** Look again in this time; undefined when every pod knows or was told. */
  readonly againInMs?: number;
  /** Pods that refuse a config, or must not be told of it: those get it all the same, once their kubelet looks. */
  readonly problems: readonly Problem[];
}

/** Makes the kubelets of the pods that don't have the present config, or certificates, fetch them now. */
export async function announceConfig(
  key: string,
  { configMap, configHash, trustHash }: RenderedGroup,
  { expected, policy }: GroupTls,
  foundation: readonly ChildResult[],
  context: PeerGroupContext,
): Promise<Announced> {
  const { announcements, configs, pods, reports } = context;
  const live = pods.indexedBy(key).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  reports.follow(key, live, policy);
  const refused = refusedBy(live, context);
  const result = foundation.find(({ child }) => child.kind === 'ConfigMap');
  if (result === undefined || !('object' in result)) return { problems: refused };
  configs.note(key, configHash, trustHash);

  const version = versionToken(configHash, expected);
  const plan = planAnnouncements({
    pods: live.filter((pod) => pod.spec.configMaps.includes(configMap)),
    version,
    configChangedAt: (result.object as ConfigMap).appliedAt,
    changedNow: result.type === 'Applied' && result.cause !== 'Created',
    reported: (pod) => {
      const report = reports.reportOf(pod.metadata.uid ?? '');
      return report && reportedToken(report.brief, expected);
    },
    toldAgoMs: (pod) => configs.toldAgo(key, pod.metadata.uid ?? ''),
    limit: announcements.left(key),
  });
  announcements.take(key, plan.announcements.length);
  const problems = await tellAll(key, plan.announcements, context);
  // What changes while the others wait is told once.
  const againInMs = plan.more ? announcements.nextInMs(key) : plan.repeatInMs;
  return { ...(againInMs !== undefined && { againInMs }), problems: [...problems, ...refused] };
}

/** A config that the API server let through and a pod didn't: it goes on with the one before, but would not start anew. */
function refusedBy(live: readonly Pod[], { reports }: PeerGroupContext): Problem[] {
  for (const { metadata } of live) {
    const error = reports.reportOf(metadata.uid ?? '')?.brief.config.error;
    if (error === undefined) continue;
    const message = `Pod ${metadata.name} refuses its config and goes on with the last good one: ${error}`;
    return [{ reason: 'ConfigRefused', message: message.slice(0, MAX_MESSAGE) }];
  }
  return [];
}

async function tellAll(
  key: string,
  announcements: readonly Announcement[],
  { client, pods, configs }: PeerGroupContext,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const queue = [...announcements];
  const tellNext = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { uid } = next.pod.metadata;
      const patch = { metadata: { uid, annotations: { [ANNOTATION_CONFIG_HASH]: next.value } } };
      try {
        await pods.write(keyOf(next.pod), () => client.mergePatch(PODS, next.pod.metadata, patch, FIELD_MANAGER));
        configs.markTold(key, uid ?? '');
      } catch (error) {
        if (isRefusal(error)) problems.push(refusal(PODS.kind, next.pod.metadata.name, error));
        // Gone, or replaced by one that started with the present config.
        else if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, tellNext));
  return problems;
}
