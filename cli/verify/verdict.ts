import type { FailingLink } from '../../constructs/crds/peer-group/connectivity.ts';
import type { PeerGroup } from '../../constructs/crds/peer-group.ts';

/** What is found of one PeerGroup. */
export interface Verdict {
  readonly namespace: string;
  readonly name: string;
  /** Whether every link works, under the present spec. */
  readonly ok: boolean;
  /** Links that work, of all: `20/20`; undefined when nothing is known yet. */
  readonly links?: string;
  readonly p99?: string;
  /** Links that don't work, at most ten. */
  readonly failing: readonly Pick<FailingLink, 'from' | 'to' | 'since' | 'reason'>[];
  /** Why it isn't ok, where no link says so. */
  readonly reason?: string;
}

type JudgedGroup = Pick<PeerGroup, 'metadata' | 'status'>;

/** Judges a group by its status, as `kubectl wait --for=condition=Connected` does, and says why. */
export function judgeGroup({ metadata, status }: JudgedGroup): Verdict {
  const { namespace, name, generation = 0 } = metadata;
  const { connectivity } = status ?? {};
  const connected = status?.conditions?.find(({ type }) => type === 'Connected');
  const isCurrent = (connected?.observedGeneration ?? -1) >= generation;
  const ok = isCurrent && connected?.status === 'True';
  const failing = ok ? [] : (connectivity?.failing ?? []);
  return {
    namespace,
    name,
    ok,
    ...(connectivity && { links: connectivity.summary }),
    ...(connectivity?.p99 !== undefined && { p99: connectivity.p99 }),
    failing,
    ...(!ok && failing.length === 0 && { reason: reasonOf(status, isCurrent) }),
  };
}

/** A group that was asked for by name and isn't there. */
export function missingGroup(namespace: string, name: string): Verdict {
  return { namespace, name, ok: false, failing: [], reason: 'PeerGroup not found' };
}

function reasonOf(status: JudgedGroup['status'], isCurrent: boolean): string {
  const degraded = status?.conditions?.find(({ type, status: value }) => type === 'Degraded' && value === 'True');
  if (degraded !== undefined) return degraded.message;
  if (status === undefined) return 'no status; is the operator running?';
  if (!isCurrent) return 'not all pods have reported the latest generation';
  return status.conditions?.find(({ type }) => type === 'Connected')?.message ?? 'links have not been reported yet';
}

/** `web-0 has not reached web-3 since 2026-01-01T12:00:00Z: connection timed out (tcp, TIMEOUT)` */
export function linkSentence({ from, to, since, reason }: Verdict['failing'][number]): string {
  return `${from} has not reached ${to} since ${since}: ${reason}`;
}
