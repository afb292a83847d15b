/** `rollcall verify [-n NAMESPACE] [GROUP…]`, also `kubectl rollcall verify`: a gate for scripts and CI. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { Option } from 'commander';
import { tryParseDuration } from '../constructs/duration.ts';
import { KubeClient } from '../reconciler/kube/client.ts';
import { Credentials } from '../reconciler/kube/credentials.ts';
import { KubeError } from '../reconciler/kube/errors.ts';
import { loadKubeconfig } from '../reconciler/kube/load-kubeconfig.ts';
import { Transport } from '../reconciler/kube/transport.ts';
import { PEER_GROUPS, type PeerGroupObject } from '../reconciler/peer-group/resources.ts';
import { createCommand, runCommandLine, UsageError } from '../server/process/command-line.ts';
import { FORMATS, type Format, format } from './verify/formats.ts';
import { judgeGroup, missingGroup, type Verdict } from './verify/verdict.ts';

const EXIT_STATUS = `
Exit status:
  0  all links are up
  1  at least one link is not up, or a PeerGroup does not exist, when the timeout expires
  2  the status could not be determined`;

const POLL_MS = 500;

interface Choice {
  readonly groups: readonly string[];
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly timeoutMs: number;
  readonly output: Format;
  readonly load: () => KubeConfig;
}

interface Options {
  readonly namespace?: string;
  readonly allNamespaces?: true;
  readonly timeout: number;
  readonly output: Format;
  readonly kubeconfig?: string;
  readonly context?: string;
}

const command = createCommand('rollcall verify')
  .description(
    "Waits until all links of the given PeerGroups are up, and reports those that aren't. Without GROUP: all PeerGroups in the namespace.",
  )
  .argument('[GROUP...]')
  .option('-n, --namespace <name>', "Namespace. (default: the context's)")
  .option('-A, --all-namespaces', 'All namespaces.')
  .addOption(new Option('--timeout <duration>', 'How long to wait.').argParser(readTimeout).default(60_000, '60s'))
  .addOption(new Option('--output <format>', 'Output format.').choices(FORMATS).default('text' satisfies Format))
  .option('--kubeconfig <file>', 'Path to a kubeconfig file. (default: $KUBECONFIG, else ~/.kube/config)')
  .option('--context <name>', 'Context of the kubeconfig. (default: its current context)')
  .addHelpText('after', EXIT_STATUS)
  .action(async (groups: readonly string[], options: Options) => {
    try {
      process.exitCode = await verify(chooseGroups(groups, options));
    } catch (cause) {
      throw cause instanceof KubeError ? new UsageError(cause.message, { cause }) : cause;
    }
  });
await runCommandLine(command);

async function verify(choice: Choice): Promise<number> {
  const transport = new Transport({
    credentials: new Credentials(choice.load, () => performance.now()),
    maxInFlight: 1,
    userAgent: 'rollcall-verify',
    onResponse: () => {},
  });
  try {
    const verdicts = await waitForVerdicts(new KubeClient(transport), choice);
    process.stdout.write(format(verdicts, choice.output));
    return verdicts.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await transport.close();
  }
}

async function waitForVerdicts(client: KubeClient, choice: Choice): Promise<Verdict[]> {
  const deadline = performance.now() + choice.timeoutMs;
  for (;;) {
    const verdicts = await judge(client, choice);
    if (verdicts.every(({ ok }) => ok) || performance.now() >= deadline) return verdicts;
    await sleep(POLL_MS);
  }
}

async function judge(client: KubeClient, { groups, namespace }: Choice): Promise<Verdict[]> {
  const page = await client.list(PEER_GROUPS, namespace === undefined ? {} : { namespace });
  const found = page.items as readonly PeerGroupObject[];
  if (groups.length > 0)
    return groups.map((name) => {
      const group = found.find(({ metadata }) => metadata.name === name);
      return group === undefined ? missingGroup(namespace ?? '', name) : judgeGroup(group);
    });
  // A gate that looked at nothing must not open.
  if (found.length === 0)
    throw new UsageError(
      `no PeerGroups found in ${namespace === undefined ? 'any namespace' : `namespace ${namespace}`}`,
    );
  return found.map(judgeGroup);
}

function chooseGroups(groups: readonly string[], options: Options): Choice {
  const { allNamespaces = false, timeout: timeoutMs, output, kubeconfig, context } = options;
  if (allNamespaces && groups.length > 0) throw new UsageError('GROUP cannot be combined with --all-namespaces');
  const load = () =>
    loadKubeconfig({
      ...(kubeconfig !== undefined && { file: kubeconfig }),
      ...(context !== undefined && { context }),
      inCluster: false,
    });
  const namespace = allNamespaces ? undefined : (options.namespace ?? contextNamespace(load()));
  return { groups, namespace, timeoutMs, output, load };
}

function readTimeout(text: string): number {
  const ms = tryParseDuration(text);
  if (ms === undefined) throw new UsageError(`--timeout must be a duration such as 60s, not "${text}"`);
  return ms;
}

function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}
