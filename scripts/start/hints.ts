import type { DemoCluster } from './demo-cluster.ts';
import { SAMPLE } from './sample.ts';

/** What a user can do once everything runs: how to reach the cluster, three commands to try, how to remove it. */
export function hints({ preparation, removal, kubectlForUser: kubectl }: DemoCluster): string[] {
  const inNamespace = `${kubectl} --namespace ${SAMPLE.namespace}`;
  return [
    '',
    'It runs. Ctrl-C ends this view and leaves everything as it is. To try in another terminal:',
    '',
    ...(preparation ? [`  ${preparation}`] : []),
    `  ${inNamespace} get peergroups`,
    `  ${inNamespace} scale peergroup/${SAMPLE.group} --replicas=8`,
    `  ${inNamespace} patch peergroup/${SAMPLE.group} --type=merge --patch '{"spec":{"interval":"1s"}}'`,
    '',
    ...(removal ? [`To remove the cluster and everything in it: ${removal}`, ''] : []),
  ];
}
