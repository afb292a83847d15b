import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a node's programs say what went wrong, the one that tells most first. */
const LOGS = ['kubelet.log', 'containerd.log', 'kube-proxy.log'];

/** Causes that a machine has more often than Kubernetes has bugs, and what helps. */
const REMEDIES: readonly { readonly words: string; readonly remedy: string }[] = [
  {
    words: 'too many open files',
    remedy:
      'every node uses some inotify instances, of which this machine has too few: sudo sysctl -w fs.inotify.max_user_instances=1024',
  },
  { words: 'no space left on device', remedy: 'free some disk space, or raise fs.inotify.max_user_watches' },
  { words: 'address already in use', remedy: 'stop what listens there, or choose another cluster name' },
];

/** An error as klog (kubelet, kube-proxy) and as containerd write it. */
const ERROR_LINE = /^[EF]\d{4} |level=(error|fatal)/;
const MAX_LINE = 400;

/** What the logs in a node's folder say about why it does not start, and what helps. */
export function describeNodeFailure(dir: string): string {
  const logs = LOGS.map((name) => join(dir, name)).filter((file) => existsSync(file));
  if (logs.length === 0) return `; there are no logs in ${dir}`;
  const texts = logs.map((file) => readFileSync(file, 'utf8'));
  const { line, remedy } = whyItFailed(texts);
  const cause = line === undefined ? '' : `: ${line}`;
  return `${cause}${remedy === undefined ? '' : `\n${remedy}`}\nLogs: ${logs.join(', ')}`;
}

/** The last line with a known cause, in any of the logs; else the last error of the first log that has one. */
export function whyItFailed(logs: readonly string[]): { readonly line?: string; readonly remedy?: string } {
  const lines = logs.map((log) => log.split('\n').map((line) => line.slice(0, MAX_LINE)));
  for (const { words, remedy } of REMEDIES) {
    const line = lines.flat().findLast((text) => text.toLowerCase().includes(words));
    if (line !== undefined) return { line, remedy };
  }
  for (const log of lines) {
    const line = log.findLast((text) => ERROR_LINE.test(text));
    if (line !== undefined) return { line };
  }
  return {};
}
