import { pino } from 'pino';
import { escapeJson, escapeUnprintable } from '../../constructs/printable.ts';
import type { LinkEvent } from '../links/link-state.ts';
import type { PingResult } from '../ping/ping-result.ts';
import type { LogConfig, Peer } from '../protocol/config.ts';
import { pingSentence } from './ping-sentence.ts';

/** Where lines go; each ends with a newline. */
export interface LineSink {
  write(line: string): void;
  /** Number of lines that found no room so far; unset: all find room. */
  readonly lost?: number;
  /** Calls the listener once there is room again after lines were lost. */
  onLost?(listener: (lines: number) => void): void;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * One line for each thing worth saying: plain text, or JSON of pino's shape with the same sentence as `msg`. What others
 * have sent can't control a terminal: it is escaped in both.
 */
export class Log {
  readonly #sink: LineSink;
  readonly #config: () => LogConfig;
  readonly #pino;

  /** @param config is asked at every line, because the format may change while the server runs */
  constructor(sink: LineSink, config: () => LogConfig) {
    this.#sink = sink;
    this.#config = config;
    this.#pino = pino(
      { base: undefined, formatters: { level: (level) => ({ level }) } },
      { write: (line) => sink.write(escapeJson(line)) },
    );
    sink.onLost?.((lines) =>
      this.warn(`${lines} log lines were dropped because they were not read in time`, { lines }),
    );
  }

  info(message: string, fields: Fields = {}): void {
    this.#line('info', message, fields);
  }

  warn(message: string, fields: Fields = {}): void {
    this.#line('warn', message, fields);
  }

  error(message: string, fields: Fields = {}): void {
    this.#line('error', message, fields);
  }

  /** What a ping's result and the change that it made to its link are worth saying. */
  ping(peer: Peer, result: PingResult, event: LinkEvent): void {
    switch (event.type) {
      case 'none':
      // Many links at once, and none of the peers is to blame: the server says it once for all.
      case 'unknown':
        return;
      case 'reply':
        if (this.#config().replies === 'Changes') return;
        this.info(pingSentence(peer, result), resultFields(peer, result));
        return;
      case 'first-reply':
        this.info(pingSentence(peer, result), resultFields(peer, result));
        return;
      case 'failure':
        this.warn(pingSentence(peer, result), resultFields(peer, result));
        return;
      case 'waiting':
        this.info(`${peer.name} has not responded yet. ${pingSentence(peer, result)}`, resultFields(peer, result));
        return;
      case 'lossy': {
        const message = `${peer.name} is Down: packet loss above the threshold over 5 minutes. ${pingSentence(peer, result)}`;
        this.warn(message, { ...resultFields(peer, result), state: 'Down' });
        return;
      }
      case 'down': {
        const message = `${peer.name} is Down after ${event.failures} consecutive failures. ${pingSentence(peer, result)}`;
        this.warn(message, { ...resultFields(peer, result), state: 'Down', failures: event.failures });
        return;
      }
      case 'up': {
        this.info(pingSentence(peer, result), resultFields(peer, result));
        const message = `${peer.name} is Up again after an outage of ${formatOutage(event.outageMs)} (${event.failures} failures)`;
        this.warn(message, { peer: peer.name, state: 'Up', outageMs: event.outageMs, failures: event.failures });
      }
    }
  }

  #line(level: 'info' | 'warn' | 'error', message: string, fields: Fields): void {
    if (this.#config().format === 'json') this.#pino[level](fields, message);
    else this.#sink.write(`${level === 'info' ? '' : `${level.toUpperCase()} `}${escapeUnprintable(message)}\n`);
  }
}

function resultFields(peer: Peer, result: PingResult): Fields {
  const { ms, phases, address, responder, status, body } = result;
  return {
    peer: peer.name,
    url: peer.url,
    address,
    responder,
    status,
    body,
    ms: round(ms),
    phases: Object.fromEntries(Object.entries(phases).map(([phase, time]) => [phase, round(time)])),
    ...(result.kind === 'failure' && { failedPhase: result.phase, code: result.code, reason: result.reason }),
  };
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function formatOutage(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
