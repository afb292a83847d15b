import { writeSync } from 'node:fs';
import { LineWriter } from './line-writer.ts';

/** What libuv has for a terminal or a pipe; no public API makes a terminal non-blocking. */
interface StreamHandle {
  setBlocking?(blocking: boolean): void;
}

/**
 * This process's standard output for log lines. Neither a stopped terminal (Ctrl-S) nor a pipe that nobody reads holds up
 * the event loop. One for a process.
 */
export function createStdout(): LineWriter {
  const { stdout } = process;
  // Opening the stream has made a pipe non-blocking; a terminal is made blocking, which is undone here.
  if (stdout.isTTY) (stdout as unknown as { readonly _handle?: StreamHandle })._handle?.setBlocking?.(false);
  stdout.on('error', () => {});
  const lines = new LineWriter({ write: (bytes) => writeSync(stdout.fd, bytes), schedule });
  process.on('exit', () => lines.flush());
  return lines;
}

function schedule(task: () => void, ms: number): void {
  if (ms === 0) setImmediate(task);
  else setTimeout(task, ms);
}
