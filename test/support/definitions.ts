import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { run } from '../cluster/command.ts';
import { findOnPath } from '../cluster/requirements.ts';
import { skipUnlessPossible } from './skip.ts';

/** A Go module that carries the definitions of kinds that are others', and the hash by which Go knows its content. */
interface DefinitionsModule {
  readonly module: string;
  readonly sum: string;
  /** Glob of the files in it. */
  readonly files: string;
}

export const PROMETHEUS_OPERATOR: DefinitionsModule = {
  module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
  files: 'example/prometheus-operator-crd/monitoring.coreos.com_{podmonitors,prometheusrules}.yaml',
};

export const CERT_MANAGER: DefinitionsModule = {
  module: 'github.com/cert-manager/cert-manager@v1.19.1',
  sum: 'h1:Txh8L/nLWTDcb7ZnXuXbTe15BxQnLbLirXmbNk0fGgY=',
  files: 'deploy/crds/cert-manager.io_certificates.yaml',
};

/**
 * Call it in a `describe`: its cases run on an API server that has these definitions. They are gone afterwards, because
 * other suites are about a cluster without them. Downloads some MB, once.
 */
export function withDefinitions(definitions: DefinitionsModule, kubectl: (...args: string[]) => Promise<string>): void {
  let files: string[] | undefined;

  before(async function (this: Context) {
    this.timeout(60_000);
    skipUnlessPossible(this, findOnPath('go') ? [] : ['go must be on PATH.']);
    files = (await download(definitions)).flatMap((file) => ['-f', file]);
    await kubectl('apply', '--server-side', ...files);
    await kubectl('wait', '--for=condition=Established', '--timeout=30s', ...files);
  });

  after(async () => {
    if (files) await kubectl('delete', ...files);
  });
}

async function download({ module, sum, files }: DefinitionsModule): Promise<string[]> {
  // Not in a folder with a go.mod of its own, whose other modules Go would want to know.
  const answer = await run('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), env: { GOWORK: 'off' } });
  const { Dir, Sum } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new Error(`${module} is not what it was: ${Sum} instead of ${sum}`);
  return globSync(files, { cwd: Dir }).map((file) => join(Dir, file));
}
