import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isBuilt } from './build.ts';
import { ClusterError } from './errors.ts';
import { goModule } from './go-module.ts';
import { requireGo } from './go-toolchain.ts';

/** Where a program is on PATH; undefined when it isn't. */
export function findOnPath(program: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, program))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One sentence for each thing that keeps this machine from running a bare control plane; none when it can. */
export async function describeMissingForControlPlane(): Promise<string[]> {
  if (process.platform !== 'linux') {
    return [`The local Kubernetes runs on Linux only (this is ${process.platform}).`];
  }
  const sentences: string[] = [];
  if (!findOnPath('openssl')) sentences.push('openssl 3 or later must be on PATH (package openssl).');
  if (!findOnPath('flock')) sentences.push('flock must be on PATH (package util-linux).');
  const module = goModule('kubernetes');
  if (!isBuilt(module)) {
    await requireGo(module).catch((error: unknown) => {
      if (!(error instanceof ClusterError)) throw error;
      sentences.push(`${error.message}.`);
    });
  }
  return sentences;
}
