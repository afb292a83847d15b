import { readFileSync } from 'node:fs';

/** How often to look. Milliseconds. */
const LOOK_EVERY = 500;

/**
 * Calls back once the npm that runs this script has ended: SIGTERM and SIGKILL to npm don't reach its scripts by
 * themselves. Does nothing in a process that npm didn't start, which may outlive whoever did on purpose.
 */
export function onNpmEnd(task: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    task();
  }, LOOK_EVERY);
  timer.unref();
}

/** Parent, which may be the shell that npm starts scripts with, and where /proc tells, the parent's parent. */
function ancestors(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    // The command's name may hold spaces and parentheses (proc(5)).
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isShell = /^\d+ \((sh|dash|bash)\)/.test(stat);
    return isShell ? `${process.ppid} ${parent}` : `${process.ppid}`;
  } catch {
    return `${process.ppid}`;
  }
}
