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
  /** Reconcile again after this many milliseconds; undefined if all pods have the config or were notified. */
  readonly againInMs?: number;
  /** Notifications that the API server rejected. The pods get the config later, when their kubelet syncs. */
  readonly problems: readonly Problem[];
}

/** Makes the kubelets of pods without the current config or certificates refresh them now. */
export async function notifyPods(
  key: string,
  { configMap, configHash, caBundleHash }: RenderedGroup,
  { expected }: Pick<GroupTls, 'expected'>,
  foundation: readonly ChildResult[],
  context: NotifyContext,
): Promise<NotifyResult> {
  const { notifications, configs, reports } = context;
  const live = livePodsOf(key, context);
  const result = foundation.find(({ child }) => child.kind === 'ConfigMap');
  if (result === undefined || !('object' in result)) return { problems: [] };
  configs.note(key, configHash, caBundleHash);

  const workload = statefulSetOf(key, context) ?? daemonSetOf(key, context);
  // Others may create pods with our labels; those are not changed.
  const isPeer = (pod: Pod) => workload !== undefined && controllerOf(pod)?.uid === workload.metadata.uid;
  const version = versionToken(configHash, expected);
  const plan = planNotifications({
    pods: live.filter((pod) => pod.spec.configMaps.includes(configMap) && isPeer(pod)),
    version,
    configChangedAt: (result.object as ConfigMap).appliedAt,
    // Creation times are in seconds: for pods created in the second of the change, only this tells whether they need a notification.
    hasChanged: (result.type === 'Applied' && result.cause !== 'Created') || configs.isNotifying(key),
    reported: (pod) => {
      const report = reports.reportOf(pod.metadata.uid ?? '');
      return report && reportedToken(report.summary, expected);
    },
    notifiedAgoMs: (pod) => configs.notifiedAgo(key, pod.metadata.uid ?? ''),
    limit: notifications.left(key),
  });
  notifications.take(key, plan.notifications.length);
  // In case of a crash in between.
  configs.markNotifying(key, plan.notifications.length > 0);
  const problems = await notifyAll(key, plan.notifications, context);
  configs.markNotifying(key, plan.more || problems.length > 0);
  // Rejected patches are retried with backoff.
  if (problems.length > 0) return { problems };
  // Waiting pods are notified of the latest config only.
  const againInMs = plan.more ? notifications.nextInMs(key) : plan.repeatInMs;
  return { ...(againInMs !== undefined && { againInMs }), problems };
}

async function notifyAll(
  key: string,
  notifications: readonly Notification[],
  { client, pods, configs }: Pick<NotifyContext, 'client' | 'pods' | 'configs'>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const queue = [...notifications];
  const notifyNext = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { uid } = next.pod.metadata;
      const patch = { metadata: { uid, annotations: { [ANNOTATION_CONFIG_HASH]: next.value } } };
      try {
        await pods.write(keyOf(next.pod), () => client.mergePatch(PODS, next.pod.metadata, patch, FIELD_MANAGER));
        configs.markNotified(key, uid ?? '');
      } catch (error) {
        // The pod was deleted, or replaced by one that started with the current config.
        const problem = problemUnlessGone(PODS.kind, next.pod.metadata.name, error);
        if (problem !== undefined) problems.push(problem);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, notifyNext));
  return problems;
}
