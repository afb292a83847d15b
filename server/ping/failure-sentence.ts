import type { Failure } from './ping-result.ts';

/** `connection refused (tcp, ECONNREFUSED) after 0.31 ms` */
export function failureSentence({ reason, phase, code, ms }: Failure): string {
  return `${reason} (${phase}, ${code}) after ${formatMs(ms)}`;
}

/** Milliseconds with a precision that suits their size: `0.43 ms`, `1.9 ms`, `120 ms`. */
export function formatMs(ms: number): string {
  return `${ms.toFixed(ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}
