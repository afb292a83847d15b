import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lastLines } from '../../scripts/run-command.ts';
import { run } from './command.ts';
import { ClusterError } from './errors.ts';
import { BUILD_ENV, type GoModule, goDirective } from './go-module.ts';

/** @throws ClusterError ERR_TOOL_MISSING naming the version that is needed when Go is missing or too old */
export async function requireGo(module: GoModule): Promise<void> {
  const needed = goDirective(readFileSync(join(module.dir, 'go.mod'), 'utf8'));
  const remedy = `install Go ${needed} or later from https://go.dev/dl and put its bin folder on PATH`;
  let found: string;
  try {
    // GOTOOLCHAIN=local: the question is which Go is here, not which one it could download.
    found = (await run('go', ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local' } })).trim();
  } catch (cause) {
    throw new ClusterError('ERR_TOOL_MISSING', `Building ${module.name} needs Go, which isn't here: ${remedy}`, {
      cause,
    });
  }
  if (!isAtLeast(found.replace(/^go/, ''), needed)) {
    throw new ClusterError('ERR_TOOL_MISSING', `Building ${module.name} needs a newer Go than ${found}: ${remedy}`);
  }
}

/** Compares Go versions such as `1.24.0`, `1.26`, `1.25rc1` (a release candidate counts as its release). */
export function isAtLeast(found: string, needed: string): boolean {
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [numbers(found), numbers(needed)];
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Runs go in a module's folder with the build's environment.
 *
 * @param onLine called with every line of its standard error: packages that it compiles, modules that it downloads
 * @returns the lines of its standard output
 */
export async function go(
  module: GoModule,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<readonly string[]> {
  const child = spawn('go', args, {
    cwd: module.dir,
    env: { ...process.env, ...BUILD_ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: string[] = [];
  const err: string[] = [];
  createInterface(child.stdout).on('line', (line) => out.push(line));
  createInterface(child.stderr).on('line', (line) => {
    err.push(line);
    onLine(line);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) {
    const reason = lastLines(err.filter((line) => !line.startsWith('go: downloading')).join('\n'));
    throw new ClusterError('ERR_BUILD_FAILED', `go ${args[0]} of ${module.name} failed (exit ${code}): ${reason}`);
  }
  return out;
}
