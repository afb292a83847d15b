import { type Logger, pino } from 'pino';
import type { LineWriter } from '../../server/process/line-writer.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines. The level is a word and the time is RFC 3339: what log collectors expect. */
export function createLogger(level: LogLevel, lines: LineWriter): Logger {
  const options = {
    level,
    base: undefined,
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const log = pino(options, lines);
  lines.onLost((lost) => log.warn({ lines: lost }, 'Log lines were dropped because they were not read in time'));
  return log;
}
