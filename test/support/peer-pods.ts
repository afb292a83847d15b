import { expect } from 'chai';
import type { Kubectl } from '../cluster/kubectl.ts';
import { eventually } from './eventually.ts';

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

export interface Told {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly pods: readonly string[];
  /** What each of the pods logs once it has taken in the change. */
  readonly line: RegExp;
  /** How long that may take, in milliseconds from the end of the change. */
  readonly withinMs: number;
}

/** Makes a change, and fails unless each of the pods knows of it soon enough. @returns after how many milliseconds the last did */
export async function expectToldOf(
  { kubectl, namespace, pods, line, withinMs }: Told,
  change: () => Promise<unknown>,
): Promise<number> {
  const from = Date.now();
  await change();
  const changed = Date.now();
  let last = 0;
  for (const pod of pods) {
    const told = await eventually(async () => {
      const log = await podLog(kubectl, namespace, pod);
      const found = log.find(({ at, text }) => at.getTime() >= from && line.test(text));
      expect(found, `a line ${line} of ${pod}`).not.to.equal(undefined);
      return found!;
    });
    last = Math.max(last, told.at.getTime() - changed);
    expect(told.at.getTime() - changed, `milliseconds until ${pod} knew`).to.be.at.most(withinMs);
  }
  return last;
}
