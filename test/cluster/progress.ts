/** Where long work says what it does. */
export interface Progress {
  step(title: string): Step;
}

/** One piece of work between its start and its end. */
export interface Step {
  /** What it is doing now, for example `312 of 2143 packages`. */
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail: string): void;
}

/** The part of a terminal or pipe that progress needs. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The clock and timer that progress goes by. */
export interface ProgressTimer {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Calls back every so many milliseconds, until the returned function is called. */
  every(ms: number, tick: () => void): () => void;
}

const REPEAT_ON_PIPE_MS = 8_000; // never ten silent seconds, also in a CI log
const REPEAT_ON_TERMINAL_MS = 250;

const realTimer: ProgressTimer = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  },
};

/**
 * Progress for people: on a terminal one line a step that rewrites itself, elsewhere a plain line at the start, at the
 * end, and at least every 8 seconds between them.
 */
export function cliProgress(output: ProgressOutput = process.stderr, timer: ProgressTimer = realTimer): Progress {
  return { step: (title) => (output.isTTY ? terminalStep : pipeStep)(title, output, timer) };
}

/** Progress that nobody sees. */
export const silentProgress: Progress = { step: () => ({ update() {}, done() {}, fail() {} }) };

/** Runs the work as one step: done with the returned detail, failed when it throws. */
export async function inStep<T>(
  progress: Progress,
  title: string,
  work: (step: Step) => Promise<T>,
  describe: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  const step = progress.step(title);
  try {
    const result = await work(step);
    step.done(describe(result));
    return result;
  } catch (error) {
    step.fail('failed');
    throw error;
  }
}

function terminalStep(title: string, output: ProgressOutput, timer: ProgressTimer): Step {
  const started = timer.now();
  let detail = '';
  const draw = (end: string) => {
    const line = sentence(title, timer.now() - started, detail);
    output.write(`\r\u001b[K${end ? line : line.slice(0, (output.columns ?? 80) - 1)}${end}`);
  };
  const cancel = timer.every(REPEAT_ON_TERMINAL_MS, () => draw(''));
  draw('');
  const end = (last: string) => {
    cancel();
    detail = last;
    draw('\n');
  };
  return {
    update: (text) => {
      detail = text;
    },
    done: (text = '') => end(text),
    fail: end,
  };
}

function pipeStep(title: string, output: ProgressOutput, timer: ProgressTimer): Step {
  const started = timer.now();
  let detail = '';
  const print = () => output.write(`${sentence(title, timer.now() - started, detail)}\n`);
  const cancel = timer.every(REPEAT_ON_PIPE_MS, print);
  output.write(`${title} ...\n`);
  const end = (last: string) => {
    cancel();
    detail = last;
    print();
  };
  return {
    update: (text) => {
      detail = text;
    },
    done: (text = 'done') => end(text),
    fail: end,
  };
}

function sentence(title: string, elapsedMs: number, detail: string): string {
  const seconds = elapsedMs / 1000;
  const time =
    seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${title}  ${time}${detail ? `  ${detail}` : ''}`;
}
