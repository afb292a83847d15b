import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Peer } from './config/config.ts';
import { describeError, TLS_CODE } from './describe-error.ts';
import { DRAINING, REFUSED_HEADER, REQUESTER_HEADER, RESPONDER_HEADER, STATE_HEADER } from './headers.ts';
import type { Phase, PhaseTimes, PingResult } from './ping-result.ts';

/** An answer's headers and body are read up to these many bytes; a pong has five. */
const MAX_HEADER_BYTES = 8_192;
const MAX_BODY_BYTES = 1_024;
/** A timer that is later than this has been held up. Milliseconds. */
const TIMER_PRECISION = 2;
/** So often within its time a ping looks whether this process gets its turn. */
const CHECKS = 4;

export interface PingOptions {
  readonly peer: Peer;
  readonly agent: Agent;
  readonly lookup: LookupFunction;
  readonly timeoutMs: number;
  readonly requester: string;
}

/** One `GET /ping`, sent once and never again: a retry would hide the fault that this is here to find. */
export class Ping {
  readonly result: Promise<PingResult>;
  readonly #options: PingOptions;
  readonly #started = performance.now();
  readonly #request: ClientRequest;
  #timer: NodeJS.Timeout | undefined;
  #deadline: number;
  /** For how long this process was late at its checks, in milliseconds. */
  #heldUp = 0;
  #extended = false;
  #resolve!: (result: PingResult) => void;
  #socket: Socket | undefined;
  #reused = false;
  #response: IncomingMessage | undefined;
  #body = '';
  // When each phase ended, as the socket's events tell it.
  #lookedUp: number | undefined;
  #connected: number | undefined;
  #secured: number | undefined;
  #answered: number | undefined;

  constructor(options: PingOptions) {
    this.#options = options;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#deadline = this.#started + options.timeoutMs;
    this.#wait();
    const send = options.peer.protocol === 'https' ? httpsRequest : httpRequest;
    this.#request = send(requestOptions(options))
      .on('socket', (socket) => this.#watch(socket))
      .on('response', (response) => this.#read(response))
      .on('error', (error) => this.#failWith(error))
      .end();
  }

  /** Stops it wherever it is; the result then never comes. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#resolve = () => {};
    this.#request.destroy();
  }

  /** The connection that it used, once it has one. */
  get socket(): Socket | undefined {
    return this.#socket;
  }

  #watch(socket: Socket): void {
    this.#socket = socket;
    this.#reused = !socket.connecting;
    if (this.#reused) return;
    socket.once('lookup', (error: Error | null) => {
      if (!error) this.#lookedUp = performance.now();
    });
    socket.once('connect', () => {
      this.#connected = performance.now();
    });
    if (this.#options.peer.protocol !== 'https') return;
    socket.once('secureConnect', () => {
      this.#secured = performance.now();
    });
  }

  #read(response: IncomingMessage): void {
    this.#answered = performance.now();
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
    const status = response.statusCode ?? 0;
    const { peer } = this.#options;
    if (status === 503 && response.headers[STATE_HEADER] === DRAINING) {
      this.#settle({ kind: 'draining', ...this.#answer(), ...this.#times() });
    } else if (status === 403 && typeof response.headers[REFUSED_HEADER] === 'string') {
      this.#fail(
        'CERT_REFUSED',
        `the peer refuses our client certificate: ${printableName(response.headers[REFUSED_HEADER])}`,
      );
    } else if (status !== 200) {
      this.#fail('BAD_STATUS', `the status is ${status}`);
    } else if (this.#body === 'pong\n' || (peer.kind === 'external' && this.#body === 'pong')) {
      this.#settle({ kind: 'reply', ...this.#answer(), status, body: this.#body, ...this.#times() });
    } else {
      this.#fail('BAD_BODY', `the body is ${JSON.stringify(this.#body.slice(0, 40))}, not "pong\\n"`);
    }
  }

  #failWith(error: NodeJS.ErrnoException): void {
    const { code, reason } = describeError(error, { protocol: this.#options.peer.protocol, reused: this.#reused });
    this.#fail(code, reason);
  }

  /** Until the deadline, and to the checks before it: who was held up in the middle of a ping may be in time at its end. */
  #wait(now = performance.now()): void {
    const due = Math.min(now + this.#options.timeoutMs / CHECKS, this.#deadline);
    this.#timer = setTimeout(() => {
      const then = performance.now();
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
    if (this.#extended || this.#heldUp === 0) {
      this.#fail('TIMEOUT', `no answer within ${timeoutMs} ms`);
      return;
    }
    this.#extended = true;
    this.#deadline = performance.now() + Math.min(this.#heldUp, timeoutMs);
    this.#wait();
  }

  #fail(code: string, reason: string): void {
    const phase = TLS_CODE.test(code) ? 'tls' : this.#phase();
    this.#settle({ kind: 'failure', phase, code, reason, ...this.#answer(), ...this.#times() });
    this.#request.destroy();
  }

  #settle(result: PingResult): void {
    clearTimeout(this.#timer);
    this.#resolve(result);
  }

  /** The phase that is under way. */
  #phase(): Phase {
    if (this.#answered !== undefined) return 'response';
    if (this.#reused) return 'firstByte';
    const { host, protocol } = this.#options.peer;
    if (this.#connected === undefined) return this.#lookedUp === undefined && isIP(host) === 0 ? 'dns' : 'tcp';
    return protocol === 'https' && this.#secured === undefined ? 'tls' : 'firstByte';
  }

  #answer(): { responder?: string; status?: number; body?: string } {
    if (!this.#response) return {};
    const responder = this.#response.headers[RESPONDER_HEADER];
    const answer = { status: this.#response.statusCode ?? 0, body: this.#body.slice(0, MAX_BODY_BYTES) };
    return typeof responder === 'string' ? { responder: printableName(responder), ...answer } : answer;
  }

  #times(): { ms: number; phases: PhaseTimes } {
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
    return { ms: performance.now() - this.#started, phases };
  }
}

function requestOptions({ peer, agent, lookup, requester }: PingOptions): RequestOptions {
  const name = peer.host.replace(/\.$/, '');
  const defaultPort = peer.protocol === 'https' ? 443 : 80;
  const authority = isIP(name) === 6 ? `[${name}]` : name;
  return {
    host: peer.host,
    port: peer.port,
    path: peer.path,
    agent,
    lookup,
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: {
      host: peer.port === defaultPort ? authority : `${authority}:${peer.port}`,
      [REQUESTER_HEADER]: requester,
    },
    // Certificates carry names without the dot that makes a name absolute.
    ...(peer.protocol === 'https' && { servername: peer.serverName ?? (isIP(name) === 0 ? name : '') }),
  };
}

/** A name from the network, fit for a log line: visible ASCII, no longer than a host name. */
function printableName(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 253);
}
