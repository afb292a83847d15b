import type { DemoCluster } from './demo-cluster.ts';
import { StartError } from './errors.ts';
import { LinkTally, linkOf } from './links.ts';
import { followPodLogs } from './pod-logs.ts';
import { SAMPLE } from './sample.ts';
import type { Screen } from './screen.ts';

export interface ShowLinksOptions {
  readonly screen: Screen;
  /** Ends the view. */
  readonly signal: AbortSignal;
  /** Called when all links are up. */
  readonly onComplete: () => void;
  /** How long that may take. */
  readonly timeoutMs: number;
}

/**
 * Shows the log lines of the sample's pods until the signal, and counts the directed links that they prove.
 *
 * @throws StartError ERR_LINKS_MISSING when some are not seen in time
 */
export async function showLinks(cluster: DemoCluster, options: ShowLinksOptions): Promise<void> {
  const { screen, timeoutMs } = options;
  const tally = new LinkTally(SAMPLE.peers);
  const step = screen.progress.step('Waiting for all links');
  const seen = () => `${tally.seen} of ${tally.total} links up`;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);

  await followPodLogs({
    ...{ kubectl: cluster.kubectl, namespace: SAMPLE.namespace, selector: SAMPLE.selector },
    signal: AbortSignal.any([options.signal, late.signal]),
    onLine: (pod, line) => {
      screen.print(`${pod}  ${line}`);
      const link = linkOf(pod, line);
      if (!link || tally.missing.length === 0) return;
      tally.see(link);
      step.update(seen());
      if (tally.missing.length > 0) return;
      clearTimeout(timer);
      step.done(seen());
      options.onComplete();
    },
  });
  clearTimeout(timer);
  if (tally.missing.length === 0) return;
  step.fail(seen());
  if (!late.signal.aborted) return;
  throw new StartError(
    'ERR_LINKS_MISSING',
    `no reply within ${timeoutMs / 1000} s on ${tally.missing.join(', ')}: ` +
      `see ${cluster.kubectlForUser} --namespace ${SAMPLE.namespace} describe peergroup/${SAMPLE.group}`,
  );
}
