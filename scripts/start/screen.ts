import { cliProgress, type Progress } from '../../test/cluster/index.ts';

/** Where `npm start` prints: log lines to standard output, progress to standard error. On a terminal both share the screen. */
export interface Screen {
  readonly progress: Progress;
  /** Prints a line, above the progress line if there is one. */
  print(line: string): void;
}

export function terminalScreen(): Screen {
  const clearLine = process.stderr.isTTY && process.stdout.isTTY ? '\r\u001b[K' : '';
  return {
    progress: cliProgress(),
    print: (line) => void process.stdout.write(`${clearLine}${line}\n`),
  };
}
