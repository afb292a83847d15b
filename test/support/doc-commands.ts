/**
 * The commands in README.md and docs/guide, so that tests can run them. Every shell block carries a marker, an HTML comment
 * on the line above it, that says where it runs:
 *
 *   <!-- run: cluster -->            in a cluster with the image loaded, in the page's order
 *   <!-- run: host -->               on this machine, without a cluster
 *   <!-- run: host until "TEXT" -->  the same, for a command that goes on until Ctrl-C: that is sent once TEXT is printed
 *   <!-- run: none (REASON) -->      nowhere, and why not
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Where a block runs. */
export type Marker =
  | { readonly place: 'cluster' }
  | { readonly place: 'host'; readonly until?: string }
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

/** The blocks of README.md and every page of docs/guide. */
export function allDocBlocks(): DocBlock[] {
  return ['README.md', ...globSync('docs/guide/*.md', { cwd: root }).sort()].flatMap((page) =>
    docBlocks(page, readFileSync(join(root, page), 'utf8')),
  );
}

function parseMarker(text: string): Marker | undefined {
  if (text === 'cluster') return { place: 'cluster' };
  const host = /^host(?: until "([^"]+)")?$/.exec(text);
  if (host) return { place: 'host', ...(host[1] !== undefined && { until: host[1] }) };
  const reason = /^none \((.+)\)$/.exec(text)?.[1];
  return reason === undefined ? undefined : { place: 'none', reason };
}

/**
 * Runs a block as a user would: pasted into bash in the project's folder, ending at the first command that fails.
 *
 * @returns both outputs
 * @throws Error with the outputs when a command fails, or when `until` isn't printed in time
 */
export async function runBlock(
  { page, line, script, marker }: DocBlock,
  { env = {}, timeoutMs = 120_000 }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<string> {
  const until = marker?.place === 'host' ? marker.until : undefined;
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, which gets signals as a terminal's foreground group does
  });
  let output = '';
  let interrupted = false;
  const signalGroup = (signal: NodeJS.Signals) => process.kill(-shell.pid!, signal);
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (until === undefined || interrupted || !output.includes(until)) return;
      interrupted = true;
      signalGroup('SIGINT');
    });
  }
  const timer = setTimeout(() => signalGroup('SIGKILL'), timeoutMs);
  const [status, signal] = (await once(shell, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  const ended = until === undefined ? status === 0 : interrupted && signal !== 'SIGKILL';
  if (!ended) throw new Error(`${page}:${line} ended with ${status ?? signal}:\n${script}\n${output}`);
  return output;
}
