import type { Kubectl } from '../cluster/kubectl.ts';

/** What tells whether a pod is the one that it was, and serves. */
export interface PeerPod {
  readonly uid: string;
  readonly restarts: number;
  readonly ready: boolean;
}

/** A line of a pod's log, with the time at which the kubelet got it. */
export interface LogLine {
  readonly at: Date;
  readonly text: string;
}

/** The pods of a PeerGroup by name. Those on their way out aren't counted. */
export async function peerPods(kubectl: Kubectl, namespace: string, group: string): Promise<Map<string, PeerPod>> {
  const selector = `app.kubernetes.io/instance=${group}`;
  const list = JSON.parse(await kubectl(['-n', namespace, 'get', 'pods', '-l', selector, '-o', 'json'])) as PodList;
  return new Map(
    list.items
      .filter((pod) => !pod.metadata.deletionTimestamp)
      .map(({ metadata, status }) => [
        metadata.name,
        {
          uid: metadata.uid,
          restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
          ready: status.containerStatuses?.[0]?.ready ?? false,
        },
      ]),
  );
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
    readonly status: {
      readonly containerStatuses?: readonly { readonly restartCount: number; readonly ready: boolean }[];
    };
  }[];
}

/** All lines of a pod's log so far. */
export async function podLog(kubectl: Kubectl, namespace: string, pod: string): Promise<LogLine[]> {
  const log = await kubectl(['-n', namespace, 'logs', pod, '--timestamps']);
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const space = line.indexOf(' ');
      return { at: new Date(line.slice(0, space)), text: line.slice(space + 1) };
    });
}
