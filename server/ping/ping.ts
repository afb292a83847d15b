import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Address } from '../dns/resolver.ts';
import { bytesReceived, countDecrypted } from './bytes-received.ts';
import { describeUnconnected } from './connect-failure.ts';
import { describeError, describeLookup, TLS_CODE } from './describe-error.ts';
import { HappyEyeballs } from './happy-eyeballs.ts';
import { PhaseTimer } from './phase-timer.ts';
import { PingDeadline } from './ping-deadline.ts';
import { type PingOptions, requestOptions } from './ping-options.ts';
import type { Phase, PhaseTimes, PingResult } from './ping-result.ts';
import { describeBrokenOff, describeExcess, judgeAnswer } from './read-answer.ts';
import { ReceivedAnswer } from './received-answer.ts';

/** A name with more addresses is not a name for one peer. */
const MAX_ADDRESSES = 64;

/**
 * One `GET /ping`. It is never sent again once anybody may have got it: a retry would hide the fault that this is here to find.
 * Only where a kept connection ends before a single byte has come back, because the other side closed it while it was idle, has
 * nothing been asked: then the ping starts over, once, on a new connection.
 */
export class Ping {
  readonly result: Promise<PingResult>;
  readonly #options: PingOptions;
  readonly #deadline: PingDeadline;
  #phases: PhaseTimer;
  #request: ClientRequest;
  #resolve!: (result: PingResult) => void;
  #ended = false;
  #socket: Socket | undefined;
  /** Undefined on a kept connection. */
  #connecting: 'resolving' | HappyEyeballs | 'connected' | undefined;
  /** Which of a name's addresses was connected to. */
  #address: string | undefined;
  /** Why not all addresses of the name are known. */
  #incomplete: NodeJS.ErrnoException | undefined;
  /** Bytes that had come on the connection before this ping. */
  #receivedBefore = 0;
  readonly #answer = new ReceivedAnswer();

  constructor(options: PingOptions) {
    this.#options = options;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { clock, timeoutMs, agent } = options;
    this.#phases = new PhaseTimer(clock, clock.now());
    this.#deadline = new PingDeadline(clock, timeoutMs, () => this.#expire());
    this.#request = this.#send(agent);
  }

  #send(agent: Agent): ClientRequest {
    const send = this.#options.peer.protocol === 'https' ? httpsRequest : httpRequest;
    return send(requestOptions(this.#options, agent, (done) => this.#connect(done)))
      .on('socket', (socket) => this.#use(socket))
      .on('response', (response) => this.#read(response))
      .on('upgrade', (response, socket) => {
        this.#phases.end('firstByte');
        this.#answer.begin(response);
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
        this.#phases.end('dns');
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
    const { peer, clock } = this.#options;
    const together = peer.expect === 'Unreachable';
    if (together && addresses.length > MAX_ADDRESSES) {
      this.#fail('TOO_MANY_ADDRESSES', `the name has ${addresses.length} addresses`, 'dns');
      return;
    }
    // To prove that it can't be reached takes the whole time for every address.
    if (together) this.#deadline.restart(clock.now());
    this.#connecting = new HappyEyeballs(addresses.slice(0, MAX_ADDRESSES), {
      port: peer.port,
      together,
      clock,
      connected: (socket, address) => {
        this.#phases.end('tcp');
        this.#connecting = 'connected';
        if (!this.#options.target.isAddress) this.#address = address;
        done(socket);
      },
      failed: () => this.#failUnconnected(),
    });
  }

  #use(socket: Socket): void {
    this.#socket = socket;
    if (this.#connecting !== undefined) {
      this.#options.onConnected?.(socket, this.#address);
      if (this.#options.peer.protocol === 'https') {
        countDecrypted(socket);
        socket.once('secureConnect', () => this.#phases.end('tls'));
      }
    }
    this.#receivedBefore = bytesReceived(socket);
  }

  /** Whether anything of an answer has come back, to this ping. */
  #hasReceived(): boolean {
    return this.#socket !== undefined && bytesReceived(this.#socket) > this.#receivedBefore;
  }

  #read(response: IncomingMessage): void {
    this.#phases.end('firstByte');
    this.#answer.begin(response);
    response.on('data', (chunk: Buffer) => {
      const fault = this.#answer.add(chunk);
      if (fault !== undefined) this.#fail('BAD_BODY', fault);
    });
    response.on('error', (error) => this.#failWith(error));
    response.on('end', () => this.#finish(response));
  }

  #finish(response: IncomingMessage): void {
    const verdict = judgeAnswer(response, this.#answer.body, this.#options.peer.kind);
    if (verdict.kind === 'failure') this.#fail(verdict.code, verdict.reason);
    else if (verdict.kind === 'draining')
      this.#settle({ kind: 'draining', ...this.#answer.partial(), ...this.#times() });
    else this.#settle({ kind: 'reply', ...this.#answer.whole(), ...this.#times() });
  }

  #failWith(error: NodeJS.ErrnoException): void {
    if (this.#ended) return;
    const { onStale } = this.#options;
    const isStale = this.#socket !== undefined && this.#connecting === undefined && !this.#hasReceived();
    if (isStale && onStale) {
      this.#startOver(onStale());
      return;
    }
    const { code, reason } = this.#describe(error);
    this.#fail(code, reason);
  }

  #describe(error: NodeJS.ErrnoException): { code: string; reason: string } {
    const { code } = error;
    if (this.#hasReceived() && (code === 'ECONNRESET' || code === 'EPIPE'))
      return describeBrokenOff(this.#answer.head, this.#answer.body);
    if (this.#answer.head && code === 'HPE_INVALID_CONSTANT') return describeExcess(this.#answer.head);
    return describeError(error, this.#options.peer.protocol);
  }

  /** Only what happens from now on counts. */
  #startOver(agent: Agent): void {
    const now = this.#options.clock.now();
    this.#phases = new PhaseTimer(this.#options.clock, now);
    this.#deadline.restart(now);
    this.#socket = undefined;
    this.#request = this.#send(agent);
  }

  #failUnconnected(): void {
    const { peer, target, timeoutMs } = this.#options;
    const { attempts, untried } = this.#connecting as HappyEyeballs;
    const incomplete = this.#incomplete;
    const ping = { attempts, untried, named: !target.isAddress, expect: peer.expect, timeoutMs, incomplete };
    const { phase, code, reason } = describeUnconnected(ping);
    this.#fail(code, reason, phase);
  }

  /** The time is up. */
  #expire(): void {
    const { timeoutMs } = this.#options;
    if (this.#connecting instanceof HappyEyeballs) {
      this.#failUnconnected();
      return;
    }
    this.#fail('TIMEOUT', `${this.#answer.missing()} within ${timeoutMs} ms`);
  }

  #fail(code: string, reason: string, phase = this.#phase(code)): void {
    this.#settle({ kind: 'failure', phase, code, reason, ...this.#answer.partial(), ...this.#times() });
    this.#request.destroy();
  }

  #settle(result: PingResult): void {
    this.#end();
    this.#resolve(result);
  }

  #end(): void {
    this.#ended = true;
    this.#deadline.stop();
    if (this.#connecting instanceof HappyEyeballs) this.#connecting.cancel();
  }

  /** The phase that is under way, or that an error of this code belongs to. */
  #phase(code: string): Phase {
    if (this.#connecting === 'resolving') return 'dns';
    if (this.#connecting instanceof HappyEyeballs) return 'tcp';
    if (TLS_CODE.test(code)) return 'tls';
    if (this.#phases.hasEnded('firstByte')) return 'response';
    const isSecuring = this.#connecting === 'connected' && this.#options.peer.protocol === 'https';
    return isSecuring && !this.#phases.hasEnded('tls') ? 'tls' : 'firstByte';
  }

  #times(): { ms: number; phases: PhaseTimes; address?: string } {
    const times = this.#phases.times();
    return this.#address === undefined ? times : { ...times, address: this.#address };
  }
}
