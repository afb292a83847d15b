import { CommandError, runCommand } from '../run-command.ts';
import type { DemoCluster } from './demo-cluster.ts';
import { followPodLogs } from './pod-logs.ts';
import { SAMPLE } from './sample.ts';
import type { Screen } from './screen.ts';

export interface ShowJobOptions {
  readonly screen: Screen;
  /** Ends the view. */
  readonly signal: AbortSignal;
  /** How long the job may take. */
  readonly timeoutMs: number;
}

/**
 * Shows the log lines of the sample's job until it has completed, then the nodes and jobs as kubectl lists them. A job that
 * doesn't get that far, for want of its image perhaps, is told of and stops nothing: the peers need nothing of it.
 */
export async function showJob(cluster: DemoCluster, { screen, signal, timeoutMs }: ShowJobOptions): Promise<void> {
  const { namespace, job, jobSelector: selector } = SAMPLE;
  const kubectl = (...args: string[]) =>
    runCommand([...cluster.kubectl, '--namespace', namespace, ...args], { signal });
  const completed = new AbortController();
  const lines = followPodLogs({
    ...{ kubectl: cluster.kubectl, namespace, selector },
    signal: AbortSignal.any([signal, completed.signal]),
    onLine: (pod, line) => screen.print(`${pod}  ${line}`),
  });
  try {
    await kubectl('wait', '--for=condition=Complete', `computejob/${job}`, `--timeout=${timeoutMs / 1000}s`).catch(
      async (error: unknown) => {
        if (!(error instanceof CommandError) || signal.aborted) throw error;
        const message = await kubectl('get', `computejob/${job}`, '--output', 'jsonpath={.status.message}');
        screen.print(`The job ${job} has not completed: ${message}`);
      },
    );
    screen.print(`\n$ kubectl --namespace ${namespace} get cn,cjob`);
    for (const line of (await kubectl('get', 'cn,cjob')).trimEnd().split('\n')) screen.print(line);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (!signal.aborted) screen.print(`The job ${job} cannot be shown: ${error.message}`);
  } finally {
    completed.abort();
    await lines;
  }
}
