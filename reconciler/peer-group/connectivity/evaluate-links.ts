import type { MissingTarget } from '../../../constructs/external-targets.ts';
import type { LinkNotUp, SummaryReport } from '../../../server/protocol/summary-report.ts';
import { isPlanned, type LinkReason } from '../reasons.ts';
import { churnOf, targetChurnOf } from './churn.ts';
import { contradictionOf } from './contradiction.ts';
import type { ConnectivityInput, PeerState } from './input.ts';

/** A link that is down without a planned change that explains it. */
export interface FailingLink {
  readonly from: string;
  readonly to: string;
  /** Time of the first of the consecutive failures, milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
}

/** An inconsistent report. */
export interface Contradiction {
  readonly peer: string;
  /** What is wrong with it, as the predicate of a sentence. */
  readonly fault: string;
}

/** State of all links that the group should have. */
export interface LinksResult {
  readonly links: number;
  readonly up: number;
  /** The oldest first. */
  readonly failing: readonly FailingLink[];
  /** Number of links that are down because of a planned change. */
  readonly planned: number;
  /** Their reasons. */
  readonly plannedReasons: readonly LinkReason[];
  /** Peers without a fresh report. */
  readonly silent: readonly string[];
  /** Peers with inconsistent reports. */
  readonly contradictions: readonly Contradiction[];
  /** Number of peers that report a previous config. */
  readonly outdated: number;
  /** Those that should have loaded the current one by now. */
  readonly late: readonly string[];
  /** Number of peers still to come. */
  readonly awaited: number;
  /** Whether they are overdue. */
  readonly awaitedTooLong: boolean;
  /** Targets in the spec that the config cannot contain. */
  readonly missingTargets: readonly MissingTarget[];
  /** When the result may change without an event, milliseconds since the epoch; undefined: never. */
  readonly recheckAt: number | undefined;
}

/** A planned change that takes longer counts as a failure. */
export const MAX_PLANNED_MS = 5 * 60_000;
/** Planned states without a time limit. */
const LASTING: ReadonlySet<LinkReason> = new Set(['Cordoned', 'ScaledToZero']);

/**
 * Evaluates each link by the report of the pinging peer and the state of both ends.
 *
 * *Guarantees*: a link counts as up only according to a fresh, consistent report.
 *
 * *Caveats*: for a peer that reports a previous config, links that are up are only counted; `outdated` has the number of
 * such peers.
 */
export function evaluateLinks(input: ConnectivityInput): LinksResult {
  const tally = new Tally(input);
  for (const [name, peer] of input.peers) {
    const targets = [...input.selection.targetsOf(name), ...input.externalTargets];
    const missing = input.missingTargets.reduce((sum, { links }) => sum + links, 0);
    if (targets.length + missing > 0) tally.addPeer(name, peer, targets, missing);
  }
  tally.addAwaited(input.awaited);
  return tally.result();
}

class Tally {
  readonly #input: ConnectivityInput;
  #links = 0;
  #up = 0;
  #planned = 0;
  #outdated = 0;
  #recheckAt: number | undefined;
  readonly #plannedReasons = new Set<LinkReason>();
  readonly #failing: FailingLink[] = [];
  readonly #silent: string[] = [];
  readonly #contradictions: Contradiction[] = [];
  readonly #late: string[] = [];
  #awaitedTooLong = false;

  constructor(input: ConnectivityInput) {
    this.#input = input;
  }

  /** @param missing number of further links, which no report can confirm */
  addPeer(name: string, peer: PeerState, targets: readonly string[], missing: number): void {
    this.#links += targets.length + missing;
    if (peer.summary === undefined || !peer.fresh) {
      const churn = this.#churn(peer, undefined);
      // A starting pod has not reported since it was created; a missing one, since it is missing.
      const since = churn === 'Starting' ? (peer.pod?.readySince ?? peer.absentSince) : undefined;
      if (!this.#tryPlanned(churn, targets.length, since)) this.#silent.push(name);
      return;
    }
    const expected = new Set(targets);
    const fault = contradictionOf(name, peer.summary, peer.current ? expected : undefined);
    if (fault !== undefined) {
      this.#contradictions.push({ peer: name, fault });
      return;
    }
    const notUp = peer.summary.notUp.filter((entry) => entry.state !== 'Up' && expected.has(entry.peer));
    for (const entry of notUp) this.#judge(name, peer, entry.peer, entry);
    const others = targets.length - notUp.length;
    if (peer.current) this.#up += others;
    else this.#addOutdated(name, peer, peer.summary, others);
  }

  /** @param others number of links that it does not report as failing */
  #addOutdated(name: string, { outdatedSince }: PeerState, { counts }: SummaryReport, others: number): void {
    this.#outdated++;
    const up = Math.min(others, counts.up);
    this.#up += up;
    const since = this.#input.rollingOut ? undefined : outdatedSince;
    if (!this.#tryPlanned('ConfigChange', others - up, since)) this.#late.push(name);
  }

  addAwaited({ peers, links, since }: ConnectivityInput['awaited']): void {
    if (peers === 0) return;
    this.#links += links;
    this.#awaitedTooLong = !this.#tryPlanned('Starting', links, since);
  }

  result(): LinksResult {
    this.#failing.sort((a, b) => a.since - b.since || compare(a.from, b.from) || compare(a.to, b.to));
    return {
      links: this.#links,
      up: this.#up,
      failing: this.#failing,
      planned: this.#planned,
      plannedReasons: [...this.#plannedReasons].sort(),
      silent: this.#silent.sort(),
      contradictions: this.#contradictions,
      outdated: this.#outdated,
      late: this.#late.sort(),
      awaited: this.#input.awaited.peers,
      awaitedTooLong: this.#awaitedTooLong,
      missingTargets: this.#input.missingTargets,
      recheckAt: this.#recheckAt,
    };
  }

  #judge(from: string, peer: PeerState, to: string, entry: LinkNotUp): void {
    const { peers, targets, now, dnsTtlMs } = this.#input;
    const since = Math.min(Date.parse(entry.since), now);
    const lastReply = entry.lastReply === undefined ? undefined : Date.parse(entry.lastReply);
    const target = targets.get(to);
    const churn = target
      ? targetChurnOf({ from: peer, lastReply, now, dnsTtlMs }, target)
      : this.#churn(peer, peers.get(to), lastReply);
    // A target that was scaled up from zero is new, however long the link to it was down.
    const newest = Math.max(since, ...(target?.pods ?? []).map(({ readySince }) => readySince));
    const isNew = churn === 'Starting' || churn === 'StaleAddress';
    if (this.#tryPlanned(churn, 1, isNew ? Math.min(newest, now) : since) || entry.state === 'Pending') return;
    this.#failing.push({ from, to, since, reason: reasonOf(entry, churn) });
  }

  #churn(from: PeerState, to: PeerState | undefined, lastReply?: number): LinkReason | undefined {
    const { now, dnsTtlMs } = this.#input;
    return churnOf({ from, to, lastReply, now, dnsTtlMs });
  }

  /**
   * Counts links as planned if their reason is a planned change that is not overdue.
   *
   * @param since when they went down, milliseconds since the epoch; undefined: unknown
   */
  #tryPlanned(reason: LinkReason | undefined, links: number, since: number | undefined): boolean {
    if (reason === undefined || !isPlanned(reason)) return false;
    const { now, dnsTtlMs } = this.#input;
    const untilOverdue = since === undefined || LASTING.has(reason) ? undefined : since + MAX_PLANNED_MS;
    if (untilOverdue !== undefined && now >= untilOverdue) return false;
    this.#planned += links;
    if (links > 0) this.#plannedReasons.add(reason);
    const untilYoung = reason === 'StaleAddress' || reason === 'Starting' ? now + dnsTtlMs : undefined;
    for (const at of [untilYoung, untilOverdue])
      if (at !== undefined) this.#recheckAt = Math.min(this.#recheckAt ?? Number.POSITIVE_INFINITY, at);
    return true;
  }
}

function reasonOf({ reason, phase, code, state }: LinkNotUp, churn: LinkReason | undefined): string {
  const seen = reason === undefined ? state : `${reason} (${phase}, ${code})`;
  return churn === undefined ? seen : `${churn}: ${seen}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
