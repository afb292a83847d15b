import type { Peer } from './config/config.ts';
import { type Failure, faultOf, judge, type PingResult } from './ping-result.ts';

/** `Pinged http://web-1:8080/ping - Response: "pong\n" from web-1 in 1.9 ms`, or why there was none. */
export function pingSentence(peer: Peer, result: PingResult): string {
  const start = `Pinged ${peer.url} - `;
  if (result.kind === 'failure' && result.phase === 'prober') return `${start}Not asked: ${failureSentence(result)}`;
  if (peer.expect === 'Unreachable') return start + unreachableSentence(result);
  switch (result.kind) {
    case 'reply':
      return `${start}Response: ${JSON.stringify(result.body)} from ${result.responder ?? 'an unnamed responder'} in ${formatMs(result.ms)}`;
    case 'draining':
      return `${start}Draining: ${result.responder ?? peer.name} is shutting down`;
    case 'failure':
      return `${start}Failed: ${failureSentence(result)}`;
  }
}

/** `connection refused (tcp, ECONNREFUSED) after 0.31 ms` */
export function failureSentence({ reason, phase, code, ms }: Failure): string {
  return `${reason} (${phase}, ${code}) after ${formatMs(ms)}`;
}

function unreachableSentence(result: PingResult): string {
  const fault = faultOf(result, 'Unreachable');
  if (result.kind !== 'failure') return `Failed: ${fault?.reason} in ${formatMs(result.ms)}`;
  if (!fault) return `Unreachable, as it must be: ${failureSentence(result)}`;
  if (judge(result, 'Unreachable') === 'unresolved')
    return `Unresolved, so nothing is proved: ${failureSentence(fault)}`;
  return `Failed: ${failureSentence(fault)}`;
}

/** Milliseconds with a precision that suits their size: `0.43 ms`, `1.9 ms`, `120 ms`. */
export function formatMs(ms: number): string {
  return `${ms.toFixed(ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}
