import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../cluster/command.ts';

/** The Prometheus operator's own module, which carries its definitions, and the hash by which Go knows its content. */
const MODULE = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
const SUM = 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=';

/** Files with the definitions of PodMonitor and PrometheusRule. Downloads 4 MB, once. */
export async function prometheusOperatorDefinitions(): Promise<string[]> {
  // Not in a folder with a go.mod of its own, whose other modules Go would want to know.
  const answer = await run('go', ['mod', 'download', '-json', MODULE], { cwd: tmpdir(), env: { GOWORK: 'off' } });
  const { Dir, Sum } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (Sum !== SUM) throw new Error(`${MODULE} is not what it was: ${Sum} instead of ${SUM}`);
  const folder = join(Dir, 'example/prometheus-operator-crd');
  return globSync('monitoring.coreos.com_{podmonitors,prometheusrules}.yaml', { cwd: folder }).map((file) =>
    join(folder, file),
  );
}
