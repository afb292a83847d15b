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
import type { NotificationLimiter } from './notification-limiter.ts';
import { type Notification, planNotifications } from './plan-notifications.ts';

/** Patches in flight for one group. */
const CONCURRENCY = 8;

export interface NotifyContext extends ChildCaches, ReportSource {
  readonly client: Pick<KubeClient, 'mergePatch'>;
  readonly pods: PodCache['pods'] & Pick<Cache<Pod>, 'write'>;
  readonly configs: ConfigTracker;
  readonly notifications: Pick<NotificationLimiter, 'left' | 'take' | 'nextInMs'>;
}

export interface NotifyResult {
  /** Look again in this time; undefined when every pod knows or was told. */
  readonly againInMs?: number;
  /** Pods that must not be told. They get the config all the same, once their kubelet looks. */
  readonly problems: readonly Problem[];
}

/** Makes the kubelets of the pods that don't have the present config, or certificates, fetch them now. */
export async function notifyPods(
  key: string,
  { configMap, configHash, caBundleHash: trustHash }: RenderedGroup,
  { expected }: Pick<GroupTls, 'expected'>,
  foundation: readonly ChildResult[],
  context: NotifyContext,
): Promise<NotifyResult> {
  const { notifications: announcements, configs, reports } = context;
  const live = livePodsOf(key, context);
  const result = foundation.find(({ child }) => child.kind === 'ConfigMap');
  if (result === undefined || !('object' in result)) return { problems: [] };
  configs.note(key, configHash, trustHash);

  const workload = statefulSetOf(key, context) ?? daemonSetOf(key, context);
  // Others may make pods with our labels: those are not ours to change.
  const isPeer = (pod: Pod) => workload !== undefined && controllerOf(pod)?.uid === workload.metadata.uid;
  const version = versionToken(configHash, expected);
  const plan = planNotifications({
    pods: live.filter((pod) => pod.spec.configMaps.includes(configMap) && isPeer(pod)),
    version,
    configChangedAt: (result.object as ConfigMap).appliedAt,
    // A pod's age has seconds: of those made in the second of the change, only this tells which need to be told.
    hasChanged: (result.type === 'Applied' && result.cause !== 'Created') || configs.isNotifying(key),
    reported: (pod) => {
      const report = reports.reportOf(pod.metadata.uid ?? '');
      return report && reportedToken(report.summary, expected);
    },
    notifiedAgoMs: (pod) => configs.notifiedAgo(key, pod.metadata.uid ?? ''),
    limit: announcements.left(key),
  });
  announcements.take(key, plan.notifications.length);
  // For as long as it may fail.
  configs.markNotifying(key, plan.notifications.length > 0);
  const problems = await notifyAll(key, plan.notifications, context);
  configs.markNotifying(key, plan.more || problems.length > 0);
  // What was refused waits for the backoff.
  if (problems.length > 0) return { problems };
  // What changes while the others wait is told once.
  const againInMs = plan.more ? announcements.nextInMs(key) : plan.repeatInMs;
  return { ...(againInMs !== undefined && { againInMs }), problems };
}

async function notifyAll(
  key: string,
  announcements: readonly Notification[],
  { client, pods, configs }: Pick<NotifyContext, 'client' | 'pods' | 'configs'>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const queue = [...announcements];
  const notifyNext = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { uid } = next.pod.metadata;
      const patch = { metadata: { uid, annotations: { [ANNOTATION_CONFIG_HASH]: next.value } } };
      try {
        await pods.write(keyOf(next.pod), () => client.mergePatch(PODS, next.pod.metadata, patch, FIELD_MANAGER));
        configs.markNotified(key, uid ?? '');
      } catch (error) {
        // Gone, or replaced by one that started with the present config.
        const problem = problemUnlessGone(PODS.kind, next.pod.metadata.name, error);
        if (problem !== undefined) problems.push(problem);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, notifyNext));
  return problems;
}
