import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whose logs to follow, and where the lines go. */
export interface PodLogsOptions {
  /** kubectl with the flags that pick the cluster. */
  readonly kubectl: readonly string[];
  readonly namespace: string;
  readonly selector: string;
  readonly onLine: (pod: string, line: string) => void;
  readonly signal: AbortSignal;
}

/** How long after a lost connection the next attempt comes. */
const RETRY_MS = 1_000;
/** What is shown of a container that has been running for longer; of a new one that is everything. */
const HISTORY = '--since=15s';
/** What may have come while a connection was lost. */
const GAP = '--since=2s';
const COLUMNS = 'NAME:.metadata.name,STARTED:.status.containerStatuses[0].state.running.startedAt';

/**
 * Follows the logs of all pods that a selector matches, of those that come later too, until the signal. A lost
 * connection is taken up again.
 */
export async function followPodLogs(options: PodLogsOptions): Promise<void> {
  const followed = new Set<string>();
  const watch = ['get', 'pods', '--selector', options.selector, '--watch', '--no-headers', '--output'];
  while (!options.signal.aborted) {
    await kubectlLines(options, [...watch, `custom-columns=${COLUMNS}`], (line) => {
      const [pod, started] = line.split(/\s+/);
      const container = `${pod} ${started}`;
      if (!pod || !started || started === '<none>' || followed.has(container)) return;
      followed.add(container);
      void follow(options, pod);
    });
    await pause(options.signal);
  }
}

/** One container's lines to its end: kubectl ends with the container, and with an error when the connection is lost. */
async function follow(options: PodLogsOptions, pod: string): Promise<void> {
  const onLine = (line: string) => options.onLine(pod, line);
  let since = HISTORY;
  while (!options.signal.aborted) {
    const status = await kubectlLines(options, ['logs', '--follow', since, pod], onLine);
    if (status === 0) return;
    since = GAP;
    await pause(options.signal);
  }
}

/** Runs one kubectl until it ends or the signal comes. @returns its exit status */
async function kubectlLines(
  { kubectl, namespace, signal }: PodLogsOptions,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<number | null> {
  const [command, ...flags] = kubectl as [string, ...string[]];
  const child = spawn(command, [...flags, '--namespace', namespace, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = () => child.kill();
  signal.addEventListener('abort', end);
  try {
    createInterface({ input: child.stdout }).on('line', onLine);
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
}
