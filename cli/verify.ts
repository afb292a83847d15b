/**
 * `rollcall verify [-n NAMESPACE] [GROUP…]`, also `kubectl rollcall verify`: waits until every link of the PeerGroups works, and
 * says which don't. Exit status 0: all work. 1: not within the time. 2: it could not be asked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KubeConfig } from '@kubernetes/client-node';
import { formatDuration, tryParseDuration } from '../constructs/duration.ts';
import { KubeClient } from '../reconciler/kube/client.ts';
import { Credentials } from '../reconciler/kube/credentials.ts';
import { KubeError } from '../reconciler/kube/errors.ts';
import { loadKubeconfig } from '../reconciler/kube/load-kubeconfig.ts';
import { Transport } from '../reconciler/kube/transport.ts';
import { PEER_GROUPS, type PeerGroupObject } from '../reconciler/peer-group/resources.ts';
import { FORMATS, type Format, format } from './verify/formats.ts';
import { judgeGroup, missingGroup, type Verdict } from './verify/verdict.ts';

const USAGE = `usage: rollcall verify [options] [GROUP…]

Waits until every link of these PeerGroups works (without GROUP: of all in the namespace) and says which don't.

  -n, --namespace NAME   namespace (default: the context's)
  -A, --all-namespaces   all namespaces
  --timeout DURATION     how long to wait (default: 60s)
  --output FORMAT        ${FORMATS.join(', ')} (default: text)
  --kubeconfig FILE      default: $KUBECONFIG, else ~/.kube/config
  --context NAME         default: the kubeconfig's current one

Exit status: 0 all links work, 1 not all within the time, 2 it could not be found out`;

const POLL_MS = 500;

interface Choice {
  readonly groups: readonly string[];
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly timeoutMs: number;
  readonly output: Format;
  readonly load: () => KubeConfig;
}

/** Thrown when the command line makes no sense; the message says what would. */
class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

try {
  if (process.argv.includes('--help')) console.log(USAGE);
  else process.exitCode = await verify(readChoice(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof KubeError)) throw error;
  console.error(`rollcall verify: ${error.message}`);
  process.exitCode = 2;
}

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
      `there is no PeerGroup in ${namespace === undefined ? 'any namespace' : `namespace ${namespace}`}`,
    );
  return found.map(judgeGroup);
}

function readChoice(args: readonly string[]): Choice {
  const { values, positionals } = parse(args);
  const timeoutMs = tryParseDuration(values.timeout);
  if (timeoutMs === undefined)
    throw new UsageError(`--timeout must be a duration such as ${formatDuration(60_000)}, not "${values.timeout}"`);
  const output = FORMATS.find((known) => known === values.output);
  if (output === undefined)
    throw new UsageError(`--output must be one of ${FORMATS.join(', ')}, not "${values.output}"`);
  const all = values['all-namespaces'];
  if (all && positionals.length > 0) throw new UsageError('groups are named within one namespace: leave out -A');
  const load = () =>
    loadKubeconfig({
      ...(values.kubeconfig !== undefined && { file: values.kubeconfig }),
      ...(values.context !== undefined && { context: values.context }),
      inCluster: false,
    });
  const namespace = all ? undefined : (values.namespace ?? contextNamespace(load()));
  return { groups: positionals, namespace, timeoutMs, output, load };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        namespace: { type: 'string', short: 'n' },
        'all-namespaces': { type: 'boolean', short: 'A', default: false },
        timeout: { type: 'string', default: '60s' },
        output: { type: 'string', default: 'text' },
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
      },
    });
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split('\n')[0]}\n\n${USAGE}`, { cause });
  }
}

function contextNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}
