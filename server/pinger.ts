import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock, Timer } from './clock.ts';
import type { Peer } from './config/config.ts';
import { describeUnconnected } from './connect-failure.ts';
import { ConnectRace } from './connect-race.ts';
import { describeError, describeLookup, TLS_CODE } from './describe-error.ts';
import { RESPONDER_HEADER } from './headers.ts';
import { MAX_REASON, type Phase, type PhaseTimes, type PingResult } from './ping-result.ts';
import type { PingTarget } from './ping-target.ts';
import type { ProbeRequestOptions } from './probe-agent.ts';
import { describeBrokenOff, judgeAnswer, printableName } from './read-answer.ts';
import type { Address, Resolution } from './resolver.ts';

/** An answer's headers and body are read up to these many bytes; a pong has five. */
const MAX_HEADER_BYTES = 8_192;
const MAX_BODY_BYTES = 1_024;
/** A name with more addresses is not a name for one peer. */
const MAX_ADDRESSES = 64;
/** A timer that is later than this has been held up. Milliseconds. */
const TIMER_PRECISION = 2;
/** So often within its time a ping looks whether this process gets its turn. */
const CHECKS = 4;

export interface PingOptions {
  readonly peer: Peer;
  readonly target: PingTarget;
  readonly agent: Agent;
  /** @param everything wait for the answers about both address families */
  readonly resolve: (host: string, everything: boolean) => Promise<Resolution>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** One `GET /ping`, sent once and never again: a retry would hide the fault that this is here to find. */
export class Ping {
  readonly result: Promise<PingResult>;
  readonly #options: PingOptions;
  readonly #clock: Clock;
  readonly #started: number;
  readonly #request: ClientRequest;
  #timer: Timer | undefined;
  #deadline: number;
  /** For how long this process was late at its checks, in milliseconds. */
  #heldUp = 0;
  #extended = false;
  #resolve!: (result: PingResult) => void;
  #ended = false;
  #socket: Socket | undefined;
  /** Undefined on a kept connection. */
  #connecting: 'resolving' | ConnectRace | 'connected' | undefined;
  /** Which of a name's addresses was connected to. */
  #address: string | undefined;
  /** Why not all addresses of the name are known. */
  #incomplete: NodeJS.ErrnoException | undefined;
  #response: IncomingMessage | undefined;
  #body = '';
  // When each phase ended, as the socket's events tell it.
  #lookedUp: number | undefined;
  #connected: number | undefined;
  #secured: number | undefined;
  #answered: number | undefined;

  constructor(options: PingOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#started = this.#clock.now();
    this.#deadline = this.#started + options.timeoutMs;
    this.#wait(this.#started);
    const send = options.peer.protocol === 'https' ? httpsRequest : httpRequest;
    this.#request = send(this.#requestOptions())
      .on('socket', (socket) => this.#use(socket))
      .on('response', (response) => this.#read(response))
      .on('upgrade', (response, socket) => {
        this.#answered = this.#clock.now();
        this.#response = response;
        this.#finish(response);
        socket.destroy();
      })
      .on('error', (error) => this.#failWith(error))
      .end();
  }

  /** Stops it wherever it is; the result then never comes. */
  cancel(): void {
    this.#resolve = () => {};
    this.#end();
    this.#request.destroy();
  }

  /** The connection that it used, once it has one. */
  get socket(): Socket | undefined {
    return this.#socket;
  }

  #requestOptions(): RequestOptions & ProbeRequestOptions {
    const { peer, target, agent } = this.#options;
    return {
      host: peer.host,
      port: peer.port,
      path: peer.path,
      agent,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: target.headers,
      connect: (done) => this.#connect(done),
      ...(target.servername !== undefined && { servername: target.servername }),
    } as RequestOptions & ProbeRequestOptions;
  }

  #connect(done: (socket: Socket) => void): void {
    const { peer, target, resolve } = this.#options;
    if (target.isAddress) {
      this.#race([{ address: peer.host, family: peer.host.includes(':') ? 6 : 4 }], done);
      return;
    }
    this.#connecting = 'resolving';
    resolve(peer.host, peer.expect === 'Unreachable').then(
      ({ addresses, incomplete }) => {
        if (this.#ended) return;
        this.#lookedUp = this.#clock.now();
        this.#incomplete = incomplete;
        this.#race(addresses, done);
      },
      (error: NodeJS.ErrnoException) => {
        if (this.#ended) return;
        const { phase, code, reason } = describeLookup(error);
        this.#fail(code, reason, phase);
      },
    );
  }

  #race(addresses: readonly Address[], done: (socket: Socket) => void): void {
    const { peer, timeoutMs } = this.#options;
    const together = peer.expect === 'Unreachable';
    if (together && addresses.length > MAX_ADDRESSES) {
      this.#fail('TOO_MANY_ADDRESSES', `the name has ${addresses.length} addresses`, 'dns');
      return;
    }
    // To prove that it can't be reached takes the whole time for every address.
    if (together) this.#deadline = this.#clock.now() + timeoutMs;
    this.#connecting = new ConnectRace(addresses.slice(0, MAX_ADDRESSES), {
      port: peer.port,
      together,
      clock: this.#clock,
      connected: (socket, address) => {
        this.#connected = this.#clock.now();
        this.#connecting = 'connected';
        if (!this.#options.target.isAddress) this.#address = address;
        done(socket);
      },
      failed: () => this.#failUnconnected(),
    });
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    if (this.#options.peer.protocol !== 'https' || this.#connecting === undefined) return;
    socket.once('secureConnect', () => {
      this.#secured = this.#clock.now();
    });
  }

  #read(response: IncomingMessage): void {
    this.#answered = this.#clock.now();
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.#body += chunk;
      if (this.#body.length > MAX_BODY_BYTES) this.#fail('BAD_BODY', `the body is longer than ${MAX_BODY_BYTES} bytes`);
    });
    response.on('error', (error) => this.#failWith(error));
    response.on('end', () => this.#finish(response));
  }

  #finish(response: IncomingMessage): void {
    const verdict = judgeAnswer(response, this.#body, this.#options.peer.kind);
    if (verdict.kind === 'failure') this.#fail(verdict.code, verdict.reason);
    else if (verdict.kind === 'draining') this.#settle({ kind: 'draining', ...this.#answer(), ...this.#times() });
    else {
      const answer = { status: response.statusCode ?? 0, body: this.#body };
      this.#settle({ kind: 'reply', ...this.#answer(), ...answer, ...this.#times() });
    }
  }

  #failWith(error: NodeJS.ErrnoException): void {
    const isBrokenOff = this.#response !== undefined && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    const { code, reason } = isBrokenOff
      ? describeBrokenOff(this.#response!, this.#body)
      : describeError(error, this.#options.peer.protocol);
    this.#fail(code, reason);
  }

  #failUnconnected(): void {
    const { peer, target, timeoutMs } = this.#options;
    const { attempts, untried } = this.#connecting as ConnectRace;
    const ping = { attempts, untried, named: !target.isAddress, expect: peer.expect, timeoutMs };
    const { phase, code, reason } = describeUnconnected(ping);
    if (peer.expect === 'Unreachable' && this.#incomplete) {
      const { code: why, reason: because } = describeLookup(this.#incomplete);
      this.#fail(
        why,
        `the name may have more addresses (${because}) than these: ${reason}`.slice(0, MAX_REASON),
        'dns',
      );
    } else {
      this.#fail(code, reason, phase);
    }
  }

  /** Until the deadline, and to the checks before it: who was held up in the middle of a ping may be in time at its end. */
  #wait(now: number): void {
    const due = Math.min(now + this.#options.timeoutMs / CHECKS, this.#deadline);
    this.#timer = this.#clock.setTimeout(() => {
      const then = this.#clock.now();
      const late = then - due;
      if (late >= TIMER_PRECISION) this.#heldUp += late;
      if (then < this.#deadline) this.#wait(then);
      else this.#expire();
    }, due - now);
  }

  /**
   * The time is up. Where this process itself was too busy, the answer may lie unread in the socket, or the request unsent:
   * the peer gets once as much longer as that was, so that our own starvation isn't its failure.
   */
  #expire(): void {
    const { timeoutMs } = this.#options;
    if (!this.#extended && this.#heldUp > 0) {
      this.#extended = true;
      const now = this.#clock.now();
      this.#deadline = now + Math.min(this.#heldUp, timeoutMs);
      this.#wait(now);
    } else if (this.#connecting instanceof ConnectRace) {
      this.#failUnconnected();
    } else {
      const missing = this.#response
        ? `only a part of the answer (${this.#body.length} bytes of its body)`
        : 'no answer';
      this.#fail('TIMEOUT', `${missing} within ${timeoutMs} ms`);
    }
  }

  #fail(code: string, reason: string, phase = this.#phase(code)): void {
    this.#settle({ kind: 'failure', phase, code, reason, ...this.#answer(), ...this.#times() });
    this.#request.destroy();
  }

  #settle(result: PingResult): void {
    this.#end();
    this.#resolve(result);
  }

  #end(): void {
    this.#ended = true;
    this.#clock.clearTimeout(this.#timer);
    if (this.#connecting instanceof ConnectRace) this.#connecting.cancel();
  }

  /** The phase that is under way, or that an error of this code belongs to. */
  #phase(code: string): Phase {
    if (this.#connecting === 'resolving') return 'dns';
    if (this.#connecting instanceof ConnectRace) return 'tcp';
    if (TLS_CODE.test(code)) return 'tls';
    if (this.#answered !== undefined) return 'response';
    const isSecuring = this.#connecting === 'connected' && this.#options.peer.protocol === 'https';
    return isSecuring && this.#secured === undefined ? 'tls' : 'firstByte';
  }

  #answer(): { responder?: string; status?: number; body?: string } {
    if (!this.#response) return {};
    const responder = this.#response.headers[RESPONDER_HEADER];
    const answer = { status: this.#response.statusCode ?? 0, body: this.#body.slice(0, MAX_BODY_BYTES) };
    return typeof responder === 'string' ? { responder: printableName(responder), ...answer } : answer;
  }

  #times(): { ms: number; phases: PhaseTimes; address?: string } {
    const phases: { -readonly [K in keyof PhaseTimes]: PhaseTimes[K] } = {};
    let last = this.#started;
    if (this.#lookedUp !== undefined) {
      phases.dns = this.#lookedUp - last;
      last = this.#lookedUp;
    }
    if (this.#connected !== undefined) {
      phases.tcp = this.#connected - last;
      last = this.#connected;
    }
    if (this.#secured !== undefined) {
      phases.tls = this.#secured - last;
      last = this.#secured;
    }
    if (this.#answered !== undefined) phases.firstByte = this.#answered - last;
    const times = { ms: this.#clock.now() - this.#started, phases };
    return this.#address === undefined ? times : { ...times, address: this.#address };
  }
}
