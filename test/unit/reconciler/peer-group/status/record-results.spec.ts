import { expect } from 'chai';
import type { EventNote } from '../../../../../reconciler/kube/event-recorder.ts';
import type { ApplyConfiguration } from '../../../../../reconciler/kube/object.ts';
import { recordResults } from '../../../../../reconciler/peer-group/status/record-results.ts';
import type { ChildResult } from '../../../../../reconciler/runtime/apply-children.ts';
import type { Logger } from '../../../../../reconciler/runtime/logger.ts';
import { group } from '../builders.ts';

const child = (kind: string): ApplyConfiguration => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'ns' },
});

function applied(kind: string, cause: 'Created' | 'Changed' | 'Drifted', drift?: object): ChildResult {
  return { type: 'Applied', child: child(kind), object: child(kind), cause, ...(drift && { drift }) } as ChildResult;
}

/** The Events of these results, each as one line. */
function record(results: readonly ChildResult[], problems: Parameters<typeof recordResults>[2] = []): string[] {
  const lines: string[] = [];
  const log = { info: () => {}, warn: () => {} } as unknown as Logger;
  const events = { record: ({ type, reason, note }: EventNote) => lines.push(`${type} ${reason}: ${note}`) };
  recordResults(group('web'), results, problems, log, events);
  return lines;
}

describe('Events of a PeerGroup', () => {
  it('are one for all children that were created, and one for those that were updated', () => {
    const results = [applied('Service', 'Created'), applied('ConfigMap', 'Changed'), applied('StatefulSet', 'Created')];
    expect(record(results)).to.deep.equal([
      'Normal Created: Created Service web, StatefulSet web',
      'Normal Updated: Updated ConfigMap web',
    ]);
  });

  it('are one for each child whose fields were reverted, with who changed them', () => {
    const results = [
      applied('Service', 'Drifted', { fields: ['spec.ports'], manager: 'kubectl-patch' }),
      applied('StatefulSet', 'Drifted', { fields: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], manager: undefined }),
    ];
    expect(record(results)).to.deep.equal([
      'Normal DriftRepaired: Reverted changes made to Service web by kubectl-patch: spec.ports',
      'Normal DriftRepaired: Reverted changes made to StatefulSet web: a, b, c, d, e and 2 more',
    ]);
  });

  it('are a Warning for each problem, and none for children that are as they should be', () => {
    const kept: ChildResult = { type: 'Unchanged', child: child('Service'), object: child('Service') };
    expect(record([kept], [{ reason: 'QuotaExceeded', message: 'no room' }])).to.deep.equal([
      'Warning QuotaExceeded: no room',
    ]);
    expect(record([kept])).to.deep.equal([]);
  });
});
