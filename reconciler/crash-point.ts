import type { WriteHooks } from './kube/client.ts';

const CRASH_POINT = /^(before|after):([1-9]\d*)$/;

/**
 * For crash tests: `before:N` or `after:N` kills the process without a word right before its Nth write is sent, or right
 * after it was answered.
 *
 * @returns undefined when the text is neither
 */
export function tryParseCrashPoint(text: string, kill: () => void): WriteHooks | undefined {
  const match = CRASH_POINT.exec(text);
  if (match === null) return undefined;
  const at = Number(match[2]);
  let writes = 0;
  const count = () => {
    if (++writes === at) kill();
  };
  return match[1] === 'before' ? { before: count } : { after: count };
}
