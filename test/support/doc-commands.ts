/**
 * The commands in README.md and docs/guide, so that tests can run them. Every shell block carries a marker, an HTML comment
 * on the line above it, that says where it runs:
 *
 *   <!-- run: cluster -->             in a cluster with the image loaded, in the page's order
 *   <!-- run: cluster of 2 nodes -->  the same, in the long run only
 *   <!-- run: cluster with helm -->   the same, in the long run only: with Helm on PATH, or with metrics-server in the cluster
 *   <!-- run: host -->                on this machine, without a cluster
 *   <!-- run: none (REASON) -->       nowhere, and why not
 *
 * and after cluster or host what is to come of it, where that is more than that no command fails:
 *
 *   shows "TEXT"        it prints TEXT; further ones after `and`: shows "A" and "B"
 *   fails with "TEXT"   its last command fails, after TEXT was printed
 *   until "TEXT"        it goes on until Ctrl-C, which is sent once TEXT is printed
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What is to come of a block: by default, that every command succeeds. */
export interface Outcome {
  readonly kind: 'shows' | 'fails with' | 'until';
  /** What must be in the output. */
  readonly texts: readonly string[];
}

/** What a block needs that is built for such blocks alone. */
export type Extra = 'helm' | 'metrics-server';

/** Where a block runs, and what is to come of it. */
export type Marker =
  | { readonly place: 'cluster'; readonly nodes: number; readonly extra?: Extra; readonly outcome?: Outcome }
  | { readonly place: 'host'; readonly outcome?: Outcome }
  | { readonly place: 'none'; readonly reason: string };

/** A fenced shell block of a page. */
export interface DocBlock {
  /** Page, from the project's folder. */
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly script: string;
  /** Undefined when the block has no marker, or one that nobody understands. */
  readonly marker: Marker | undefined;
}

const FENCED = /(?:^<!-- run: (?<marker>.*) -->\n+)?^```(?:sh|bash|shell|console)\n(?<script>[\s\S]*?)^```$/gm;

/** All shell blocks of a page, in its order. */
export function docBlocks(page: string, markdown: string): DocBlock[] {
  return [...markdown.matchAll(FENCED)].map((match) => {
    const fence = match.index + match[0].indexOf('```');
    const { marker, script } = match.groups as { marker?: string; script: string };
    return {
      page,
      line: markdown.slice(0, fence).split('\n').length,
      script,
      marker: marker === undefined ? undefined : parseMarker(marker),
    };
  });
}

/** README.md and every page of docs/guide, those of a folder `x/` behind `x.md`, on which they build. */
export function docPages(): string[] {
  const withoutSuffix = (page: string) => page.slice(0, -'.md'.length);
  const pages = globSync('docs/guide/**/*.md', { cwd: root });
  return ['README.md', ...pages.sort((a, b) => (withoutSuffix(a) < withoutSuffix(b) ? -1 : 1))];
}

/** The page on which this one builds: `docs/guide/x.md` for `docs/guide/x/y.md`; for others itself. */
export function chapterOf(page: string): string {
  return page.replace(/^(docs\/guide\/[^/]+)\/.*/, '$1.md');
}

/** The text of a page. */
export function pageText(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The blocks of {@link docPages}. */
export function allDocBlocks(): DocBlock[] {
  return docPages().flatMap((page) => docBlocks(page, pageText(page)));
}

const RUNS =
  /^(?:(?<host>host)|cluster(?: of (?<nodes>[2-9]) nodes)?(?: with (?<extra>helm|metrics-server))?)(?: (?<kind>shows|fails with|until) (?<texts>"[^"]+"(?: and "[^"]+")*))?$/;

function parseMarker(text: string): Marker | undefined {
  const reason = /^none \((.+)\)$/.exec(text)?.[1];
  if (reason !== undefined) return { place: 'none', reason };
  const groups = RUNS.exec(text)?.groups;
  if (!groups) return undefined;
  const { host, nodes = '1', extra, kind, texts } = groups;
  const outcome = kind && { outcome: { kind: kind as Outcome['kind'], texts: quoted(texts!) } };
  if (host) return { place: 'host', ...outcome };
  return { place: 'cluster', nodes: Number(nodes), ...(extra && { extra: extra as Extra }), ...outcome };
}

function quoted(texts: string): string[] {
  return [...texts.matchAll(/"([^"]+)"/g)].map(([, text]) => text!);
}

/**
 * Runs a block as a user would: pasted into bash in the project's folder, ending at the first command that fails.
 *
 * @returns both outputs
 * @throws Error with the outputs when what comes of it, or doesn't come in time, is not what its marker says
 */
export async function runBlock(
  { page, line, script, marker }: DocBlock,
  { env = {}, timeoutMs = 120_000 }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<string> {
  const { kind, texts = [] } = (marker?.place !== 'none' && marker?.outcome) || {};
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, which gets signals as a terminal's foreground group does
  });
  let output = '';
  let interrupted = false;
  const showsAll = () => texts.every((text) => output.includes(text));
  const signalGroup = (signal: NodeJS.Signals) => process.kill(-shell.pid!, signal);
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (kind !== 'until' || interrupted || !showsAll()) return;
      interrupted = true;
      signalGroup('SIGINT');
    });
  }
  const timer = setTimeout(() => signalGroup('SIGKILL'), timeoutMs);
  const [status, signal] = (await once(shell, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  const ended = {
    'fails with': status !== null && status !== 0,
    until: interrupted && signal !== 'SIGKILL',
    shows: status === 0,
  }[kind ?? 'shows'];
  const wanted = kind === undefined ? 'no command to fail' : `${kind} ${texts.join(' and ')}`;
  if (ended && showsAll()) return output;
  throw new Error(`${page}:${line} ended with ${status ?? signal}; wanted: ${wanted}\n${script}\n${output}`);
}
