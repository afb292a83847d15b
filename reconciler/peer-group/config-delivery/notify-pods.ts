import { ANNOTATION_CONFIG_HASH, FIELD_MANAGER } from '../../../constructs/names.ts';
import type { Cache } from '../../kube/cache.ts';
import type { KubeClient } from '../../kube/client.ts';
import { PODS } from '../../kube/core-types.ts';
import { controllerOf, keyOf } from '../../kube/object.ts';
import type { ChildResult } from '../../runtime/apply-children.ts';
import { type ChildCaches, daemonSetOf, livePodsOf, type PodCache, statefulSetOf } from '../children/lookups.ts';
import type { RenderedGroup } from '../children/render.ts';
import { type Problem, problemUnlessGone } from '../problem.ts';
import type { ReportSource } from '../report.ts';
import type { ConfigMap, Pod } from '../resources.ts';
import { reportedToken, versionToken } from '../tls/expected-tls.ts';
import type { GroupTls } from '../tls/group-tls.ts';
import type { ConfigTracker } from './config-tracker.ts';
import type { AnnouncementPace } from './notification-limiter.ts';
import { type Announcement, planAnnouncements } from './plan-notifications.ts';

/** Patches in flight for one group. */
const CONCURRENCY = 8;

export interface NotifyContext extends ChildCaches, ReportSource {
  readonly client: Pick<KubeClient, 'mergePatch'>;
  readonly pods: PodCache['pods'] & Pick<Cache<Pod>, 'write'>;
  readonly configs: ConfigTracker;
  readonly announcements: Pick<AnnouncementPace, 'left' | 'take' | 'nextInMs'>;
}

export interface Announced {
  /** Look again in this time; undefined when every pod knows or was told. */
  readonly againInMs?: number;
  /** Pods that must not be told. They get the config all the same, once their kubelet looks. */
  readonly problems: readonly Problem[];
}

/** Makes the kubelets of the pods that don't have the present config, or certificates, fetch them now. */
export async function announceConfig(
  key: string,
  { configMap, configHash, trustHash }: RenderedGroup,
  { expected }: Pick<GroupTls, 'expected'>,
  foundation: readonly ChildResult[],
  context: NotifyContext,
): Promise<Announced> {
  const { announcements, configs, reports } = context;
  const live = livePodsOf(key, context);
  const result = foundation.find(({ child }) => child.kind === 'ConfigMap');
  if (result === undefined || !('object' in result)) return { problems: [] };
  configs.note(key, configHash, trustHash);

  const workload = statefulSetOf(key, context) ?? daemonSetOf(key, context);
  // Others may make pods with our labels: those are not ours to change.
  const isPeer = (pod: Pod) => workload !== undefined && controllerOf(pod)?.uid === workload.metadata.uid;
  const version = versionToken(configHash, expected);
  const plan = planAnnouncements({
    pods: live.filter((pod) => pod.spec.configMaps.includes(configMap) && isPeer(pod)),
    version,
    configChangedAt: (result.object as ConfigMap).appliedAt,
    // A pod's age has seconds: of those made in the second of the change, only this tells which need to be told.
    hasChanged: (result.type === 'Applied' && result.cause !== 'Created') || configs.isTelling(key),
    reported: (pod) => {
      const report = reports.reportOf(pod.metadata.uid ?? '');
      return report && reportedToken(report.brief, expected);
    },
    toldAgoMs: (pod) => configs.toldAgo(key, pod.metadata.uid ?? ''),
    limit: announcements.left(key),
  });
  announcements.take(key, plan.announcements.length);
  // For as long as it may fail.
  configs.markTelling(key, plan.announcements.length > 0);
  const problems = await tellAll(key, plan.announcements, context);
  configs.markTelling(key, plan.more || problems.length > 0);
  // What was refused waits for the backoff.
  if (problems.length > 0) return { problems };
  // What changes while the others wait is told once.
  const againInMs = plan.more ? announcements.nextInMs(key) : plan.repeatInMs;
  return { ...(againInMs !== undefined && { againInMs }), problems };
}

async function tellAll(
  key: string,
  announcements: readonly Announcement[],
  { client, pods, configs }: Pick<NotifyContext, 'client' | 'pods' | 'configs'>,
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
        // Gone, or replaced by one that started with the present config.
        const problem = problemUnlessGone(PODS.kind, next.pod.metadata.name, error);
        if (problem !== undefined) problems.push(problem);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, tellNext));
  return problems;
}
