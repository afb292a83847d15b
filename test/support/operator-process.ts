import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import got from 'got';
import type { ControlPlane } from '../cluster/index.ts';
import { eventually } from './eventually.ts';
import { sumSeries } from './metrics-text.ts';
import { writeOperatorKubeconfig } from './operator-identity.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'reconciler/main.ts');
/** What is in the image, once `npm run bundle` has made it. */
export const OPERATOR_BUNDLE = join(root, 'build/image/operator.mjs');

export interface OperatorProcessOptions {
  readonly controlPlane: ControlPlane;
  /** Address of the API server as the operator sees it, such as a proxy's. */
  readonly server?: string;
  readonly args?: readonly string[];
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default reconciler/main.ts */
  readonly program?: string;
  /** Whether to return before the caches are filled. */
  readonly unready?: boolean;
}

/** The operator as a process of its own, under its own ServiceAccount. */
export interface OperatorProcess {
  readonly pid: number;
  /** Log lines so far, parsed. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** GET of its admin port. */
  readonly admin: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** Sum of a metric's series whose labels contain all of these. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
}

/** Starts an operator. Stop it when done: it outlives nobody on purpose. */
export async function startOperator(options: OperatorProcessOptions): Promise<OperatorProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'rollcall-operator-'));
  const kubeconfig = join(dir, 'kubeconfig');
  await writeOperatorKubeconfig(options.controlPlane, kubeconfig, options.server);
  const child = spawn(
    process.execPath,
    [
      options.program ?? main,
      ...['--kubeconfig', kubeconfig, '--image', 'rollcall:test', '--cluster-domain', 'cluster.local'],
      ...['--admin-host', '127.0.0.1', '--admin-port', '0'],
      // Most suites run one, or several that mean to get into each other's way. An earlier version may not know the flag.
      ...(options.args?.includes('--leader-elect') || options.program ? [] : ['--leader-elect', 'false']),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  const logs: Record<string, unknown>[] = [];
  const raw = readLines(child, logs);
  const exited = once(child, 'exit').then(async ([code, signal]) => {
    await rm(dir, { recursive: true, force: true });
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const operator = handle(child, logs, exited);
  if (options.unready) return operator;
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`the operator ended: ${raw.text}`);
      const { status, body } = await operator.admin('/readyz');
      if (status !== 200) throw new Error(`the operator is not ready: ${body}`);
    }, 60_000);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return operator;
}

/** Waits until the operator has had nothing to do for so long: the controller manager tells of children at its own pace. */
export async function quiet(operator: OperatorProcess, ms: number): Promise<void> {
  const passes = () => operator.metric('controller_runtime_reconcile_total');
  for (let before = -1; before !== (await passes()); await sleep(ms)) before = await passes();
}

function handle(
  child: ChildProcess,
  logs: readonly Record<string, unknown>[],
  exited: Promise<number | NodeJS.Signals>,
): OperatorProcess {
  const admin: OperatorProcess['admin'] = async (path) => {
    const port = logs.find((line) => line.adminPort !== undefined)?.adminPort;
    if (port === undefined) throw new Error('the operator has not said its admin port yet');
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await got(url, { retry: { limit: 0 }, timeout: { request: 5_000 }, throwHttpErrors: false });
    return { status: response.statusCode, body: response.body };
  };
  const signal = (name: NodeJS.Signals) => child.kill(name);
  return {
    pid: child.pid!,
    logs,
    exited,
    admin,
    metric: async (name, labels = {}) => sumSeries((await admin('/metrics')).body, name, labels),
    signal,
    stop: () => {
      signal('SIGTERM');
      return exited;
    },
  };
}

function readLines(child: ChildProcess, logs: Record<string, unknown>[]): { text: string } {
  const raw = { text: '' };
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) logs.push(JSON.parse(line));
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    raw.text += text;
  });
  return raw;
}
