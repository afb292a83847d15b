/** `npm start`: Rollcall on a cluster, from nothing to the pods' ping lines. */
import { startLocalPeers } from '../cli/peers/local-peers.ts';
import { createCommand, runCommandLine } from '../server/process/command-line.ts';
import { isBuilt } from '../test/cluster/build.ts';
import { goModule } from '../test/cluster/go-module.ts';
import { ClusterError } from '../test/cluster/index.ts';
import { findOnPath } from '../test/cluster/requirements.ts';
import { NoEngineError } from './image/engines.ts';
import { CommandError } from './run-command.ts';
import { prepareEmbeddedCluster } from './start/embedded-cluster.ts';
import { StartError } from './start/errors.ts';
import { prepareExistingCluster } from './start/existing-cluster.ts';
import { hints } from './start/hints.ts';
import { install } from './start/install.ts';
import { SAMPLE } from './start/sample.ts';
import { terminalScreen } from './start/screen.ts';
import { showJob } from './start/show-job.ts';
import { showLinks } from './start/show-links.ts';
import { chooseTarget, type Target } from './start/target.ts';

/** How long the links may take once the sample is declared, and how long the job; pulling images is in it. */
const LINKS_TIMEOUT_MS = 180_000;
const JOB_TIMEOUT_MS = 60_000;

interface Options {
  readonly name: string;
  readonly context?: string;
  readonly image?: string;
  readonly yes?: true;
  readonly once?: true;
}

const interrupted = new AbortController();
const screen = terminalScreen();

const command = createCommand('npm start --')
  .description(
    'Shows Rollcall on a cluster. Without --context: on the embedded Kubernetes (Linux, root), or what else this machine can do.',
  )
  .option(
    '--name <name>',
    'Name of the embedded cluster. (env: ROLLCALL_CLUSTER)',
    process.env.ROLLCALL_CLUSTER || 'demo',
  )
  .option('--context <name>', 'Use an existing cluster, by its kubeconfig context.')
  .option(
    '--image <ref>',
    'Image that the nodes have or can pull. (default: builds one and loads it into kind, k3d or minikube)',
  )
  .option('--yes', 'Ask nothing: change the cluster of --context, install missing packages.')
  .option('--once', 'Exit when all links are up, instead of at Ctrl-C.')
  .action(start);
await runCommandLine(command);

async function start(options: Options): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const machine = {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    has: (name: string) => findOnPath(name) !== undefined,
  };
  try {
    await show(chooseTarget(options.context, machine), options);
  } catch (error) {
    const expected = [ClusterError, CommandError, NoEngineError, StartError].some((type) => error instanceof type);
    if (!expected && !interrupted.signal.aborted) throw error;
    if (!interrupted.signal.aborted) console.error((error as Error).message);
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  }
}

async function show(target: Target, options: Options): Promise<void> {
  const { once = false } = options;
  const common = { screen, signal: interrupted.signal, yes: options.yes ?? false };
  switch (target.kind) {
    case 'suggestion':
      return screen.print(`This starts Rollcall on a cluster of its own:\n  ${target.command}`);
    case 'peers':
      return showPlainPeers(target.missing);
    case 'context':
      return showOn(await prepareExistingCluster({ ...common, context: target.name, image: options.image }), once);
    case 'embedded': {
      const preview = !isBuilt(goModule('kubernetes'));
      return showOn(await prepareEmbeddedCluster({ ...common, name: options.name, preview }), once);
    }
  }
}

async function showOn(cluster: Awaited<ReturnType<typeof prepareEmbeddedCluster>>, once: boolean): Promise<void> {
  await install(cluster, screen.progress, interrupted.signal);
  const seenAll = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted.signal, ended.signal]);
  const job = showJob(cluster, { screen, signal, timeoutMs: JOB_TIMEOUT_MS });
  try {
    await showLinks(cluster, {
      screen,
      signal: once ? AbortSignal.any([signal, seenAll.signal]) : signal,
      timeoutMs: LINKS_TIMEOUT_MS,
      onComplete: async () => {
        await job;
        for (const line of hints(cluster)) screen.print(line);
        seenAll.abort();
      },
    });
  } finally {
    ended.abort();
    await job;
  }
}

async function showPlainPeers(missing: readonly string[]): Promise<void> {
  for (const line of missing) screen.print(line);
  screen.print(`Meanwhile ${SAMPLE.peers.length} plain processes ping each other, until Ctrl-C:`);
  const peers = await startLocalPeers({ count: SAMPLE.peers.length, onLine: screen.print });
  interrupted.signal.addEventListener('abort', () => void peers.stop());
  await peers.ended;
}
