import { faultOf, judge } from '../links/judge-result.ts';
import { failureSentence, formatMs } from '../ping/failure-sentence.ts';
import type { PingResult } from '../ping/ping-result.ts';
import type { Peer } from '../protocol/config.ts';

/** `Pinged http://web-1:8080/ping - Response: "pong\n" from web-1 in 1.9 ms`, or why there was none. */
export function pingSentence(peer: Peer, result: PingResult): string {
  const start = `Pinged ${peer.url} - `;
  if (result.kind === 'failure' && result.phase === 'prober') return `${start}Not sent: ${failureSentence(result)}`;
  if (peer.expect === 'Unreachable') return start + unreachableSentence(result);
  switch (result.kind) {
    case 'reply':
      return `${start}Response: ${JSON.stringify(result.body)} from ${result.responder ?? 'an unnamed peer'} in ${formatMs(result.ms)}`;
    case 'draining':
      return `${start}Draining: ${result.responder ?? peer.name} is shutting down`;
    case 'failure':
      return `${start}Failed: ${failureSentence(result)}`;
  }
}

function unreachableSentence(result: PingResult): string {
  const fault = faultOf(result, 'Unreachable');
  if (result.kind !== 'failure') return `Failed: ${fault?.reason} in ${formatMs(result.ms)}`;
  if (!fault) return `Unreachable, as expected: ${failureSentence(result)}`;
  if (judge(result, 'Unreachable') === 'unresolved') return `Inconclusive: ${failureSentence(fault)}`;
  return `Failed: ${failureSentence(fault)}`;
}
