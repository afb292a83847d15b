import type { Socket } from 'node:net';
import type { Failure, PingResult } from '../ping/ping-result.ts';
import type { Peer } from '../protocol/config.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { outcomeOfFirstContact, retryAt } from './first-contact.ts';
import { faultOf, judge } from './judge-result.ts';
import { LatencyWindow } from './latency-window.ts';
import { type LinkEvent, type LinkState, newLinkState, type Outcome, resetBackoff, stepLink } from './link-state.ts';
import { isLossy, LossWindow } from './loss-window.ts';
import { firstSlot, isMissed, nextSlot } from './schedule.ts';

/** A ping on its way. */
export interface SentPing {
  readonly result: Promise<PingResult>;
  readonly socket: Socket | undefined;
  cancel(): void;
}

/** What a link needs of the server that it is part of. */
export interface LinkContext {
  readonly clock: Clock;
  /** Sends a peer's ping now, or a little later if there is too much to do at once; `kept` as below. */
  pace(peer: Peer, kept: Socket | undefined, task: () => void): void;
  /** @param kept the connection of the last ping, if it is still open */
  send(peer: Peer, kept: Socket | undefined): SentPing;
  closeIdle(peer: Peer, socket: Socket): void;
  intervalMs(): number;
  /** Percent of its pings that a link may lose before it counts as Down. */
  lossThreshold(): number;
  /** Number of all links of the server. */
  linkCount(): number;
  /** A ping goes out, so many milliseconds after its slot. */
  onSent(lateMs: number): void;
  /** A slot is left out, because this process came to it too late. */
  onMissed(lateMs: number): void;
  onResult(link: Link, result: PingResult, outcome: Outcome, event: LinkEvent): void;
}

export interface LastReply {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly ms: number;
  readonly responder?: string;
}

/** The way from this server to one peer: its schedule, the ping in flight, and what is known of it. All times are monotonic. */
export class Link {
  readonly #context: LinkContext;
  readonly #phase: number;
  readonly #addedAt: number;
  readonly latencies = new LatencyWindow();
  readonly loss = new LossWindow();
  peer: Peer;
  state: LinkState;
  ok = 0;
  failed = 0;
  lastReply: LastReply | undefined;
  lastFailure: { readonly at: number; readonly failure: Failure } | undefined;
  /** The slot of the last ping, and that of the next one. */
  #last: number | undefined;
  #due: number;
  #timer: Timer | undefined;
  /** The last ping, which may have ended; its connection may be kept. */
  #ping: SentPing | undefined;
  #inFlight = false;
  /** Its turn has come, and it waits for those that came before. */
  #queued = false;
  #stopped = false;
  #finishing = false;

  /** @param phase where in the interval its pings lie, 0 to 1 */
  constructor(peer: Peer, phase: number, context: LinkContext) {
    this.peer = peer;
    this.#phase = phase;
    this.#context = context;
    this.#addedAt = context.clock.now();
    this.state = newLinkState(this.#addedAt);
    this.#due = firstSlot(this.#addedAt, phase, context.intervalMs());
    this.#arm();
  }

  /** The interval has changed, or there is a reason to look at a Down peer again: on with the normal rate. */
  reschedule(): void {
    this.state = resetBackoff(this.state);
    if (!this.#inFlight && !this.#queued) this.#planNext();
  }

  /** No more pings; the result of one that is in flight is never counted. */
  stop(): void {
    this.#stopped = true;
    this.#context.clock.clearTimeout(this.#timer);
    if (this.#inFlight) this.#ping?.cancel();
    else if (this.#ping?.socket) this.#context.closeIdle(this.peer, this.#ping.socket);
  }

  /** No more pings, but one that is in flight ends as it would have. */
  async finish(): Promise<void> {
    this.#context.clock.clearTimeout(this.#timer);
    this.#finishing = true;
    if (this.#inFlight) await this.#ping?.result;
    this.#stopped = true;
  }

  /** The connection of the last ping, if it is still open. */
  #kept(): Socket | undefined {
    const socket = this.#ping?.socket;
    return socket?.destroyed === false ? socket : undefined;
  }

  #planNext(): void {
    const now = this.#context.clock.now();
    const interval = this.#context.intervalMs();
    this.#due =
      this.#last === undefined
        ? Math.min(this.#due, firstSlot(now, this.#phase, interval))
        : this.#nextAfter(this.#last, now, interval);
    this.#arm();
  }

  #nextAfter(last: number, now: number, interval: number): number {
    const { worked, backoff } = this.state;
    const slot = nextSlot(last, now, this.#phase, interval, backoff);
    return worked ? slot : Math.min(slot, retryAt(last, now, now - this.#addedAt, this.#context.linkCount()));
  }

  #arm(): void {
    this.#context.clock.clearTimeout(this.#timer);
    const wait = Math.max(0, this.#due - this.#context.clock.now());
    this.#timer = this.#context.clock.setTimeout(() => {
      this.#queued = true;
      this.#context.pace(this.peer, this.#kept(), () => this.#fire());
    }, wait);
  }

  #fire(): void {
    this.#queued = false;
    if (this.#stopped || this.#finishing) return;
    const lateMs = Math.max(0, this.#context.clock.now() - this.#due);
    this.#last = this.#due;
    if (isMissed(lateMs, this.#context.intervalMs())) {
      // This process is too busy: to send all the same would make it busier still, and blame the peer for it.
      this.#context.onMissed(lateMs);
      this.#planNext();
      return;
    }
    this.#context.onSent(lateMs);
    this.#inFlight = true;
    this.#ping = this.#context.send(this.peer, this.#kept());
    void this.#ping.result.then((result) => this.#settle(result));
  }

  #settle(result: PingResult): void {
    this.#inFlight = false;
    if (this.#stopped) return;
    const now = this.#context.clock.now();
    const judged = judge(result, this.peer.expect);
    const outcome = outcomeOfFirstContact(judged, result, this.peer, this.state, now - this.#addedAt);
    if (outcome === 'ok') this.#countReply(result, now);
    if (outcome === 'failed') this.failed++;
    const fault = faultOf(result, this.peer.expect);
    if (fault) this.lastFailure = { at: now, failure: fault };
    const lossy = this.#countLoss(outcome, now);
    const { state, event } = stepLink(this.state, outcome, now, this.#context.intervalMs(), lossy);
    this.state = state;
    this.#context.onResult(this, result, outcome, event);
    this.#planNext();
  }

  /** @returns whether the link loses too much to count as Up */
  #countLoss(outcome: Outcome, now: number): boolean {
    if (outcome === 'ok') this.loss.add(0, now);
    if (outcome === 'failed') this.loss.add(this.state.failures + 1, now);
    return isLossy(this.loss.counts(now), this.state.lossy, this.#context.lossThreshold());
  }

  #countReply(result: PingResult, now: number): void {
    this.ok++;
    if (result.kind !== 'reply') return;
    this.latencies.add(result.ms, now);
    this.lastReply = { at: now, ms: result.ms, ...(result.responder !== undefined && { responder: result.responder }) };
  }
}
