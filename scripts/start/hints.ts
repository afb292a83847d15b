import type { DemoCluster } from './demo-cluster.ts';
import { SAMPLE } from './sample.ts';

/** What a user can do once everything runs: how to reach the cluster, three commands to try, how to remove it. */
export function hints({ preparation, removal, kubectlForUser: kubectl }: DemoCluster): string[] {
  const inNamespace = `${kubectl} --namespace ${SAMPLE.namespace}`;
  return [
    '',
    'Rollcall is running. Ctrl-C ends this view and leaves the cluster as it is. Try in another terminal:',
    '',
    ...(preparation ? [`  ${preparation}`] : []),
    `  ${inNamespace} get peergroups`,
    `  ${inNamespace} scale peergroup/${SAMPLE.group} --replicas=8`,
    `  ${inNamespace} patch peergroup/${SAMPLE.group} --type=merge --patch '{"spec":{"interval":"1s"}}'`,
    '',
    ...(removal ? [`To remove the cluster and everything in it: ${removal}`, ''] : []),
  ];
}
