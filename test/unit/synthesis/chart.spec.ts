import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import { writeChart } from '../../../scripts/chart.ts';
import { distManifests, objectsOf } from '../../support/manifests.ts';

describe('the Helm chart', function () {
  this.timeout(30_000);
  let folder: string;
  let files: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-chart-'));
    files = await write();
  });

  /** Writes it. @returns every file's text by its path in the chart */
  async function write(): Promise<Record<string, string>> {
    await writeChart(folder, 'registry.example/rollcall:2');
    const found = globSync('**/*.*', { cwd: folder }).sort();
    return Object.fromEntries(found.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  }

  function manifestsIn(part: string): string[] {
    return Object.keys(files).filter((file) => file.startsWith(`${part}/`) && file.endsWith('.yaml'));
  }

  it('is written the same twice', async () => {
    expect(await write()).to.deep.equal(files);
  });

  it("bears the project's name and version", () => {
    const { name, version } = packageJson;
    expect(parse(files['Chart.yaml']!)).to.deep.include({ apiVersion: 'v2', name, version, appVersion: version });
  });

  it('has the definitions of dist/ where Helm never deletes them', () => {
    const { '0000-crds.k8s.yaml': definitions } = distManifests();
    expect(manifestsIn('crds').map((file) => files[file])).to.deep.equal([definitions]);
  });

  it('makes no Namespace and no definition by itself', () => {
    const kinds = manifestsIn('templates').flatMap((file) => objectsOf(files[file]!).map(({ kind }) => kind));
    expect(kinds).to.include('Deployment');
    expect(kinds).not.to.include('Namespace');
    expect(kinds).not.to.include('CustomResourceDefinition');
  });

  it('has the image as its one value, and puts nothing else into the manifests', () => {
    expect(parse(files['values.yaml']!)).to.deep.equal({ image: 'registry.example/rollcall:2' });
    const actions = manifestsIn('templates').flatMap((file) => files[file]!.match(/\{\{.*?\}\}/g));
    expect(actions).to.deep.equal(['{{ .Values.image }}', '{{ .Values.image }}']);
  });
});
