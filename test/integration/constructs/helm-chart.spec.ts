import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DEFAULT_IMAGE } from '../../../constructs/image.ts';
import { writeChart } from '../../../scripts/chart.ts';
import { type Helm, missingForHelm, openHelm } from '../../support/helm.ts';
import { distManifests, objectsByName } from '../../support/manifests.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

describe('the Helm chart', function () {
  this.timeout(60_000);
  const chart = mkdtempSync(join(tmpdir(), 'rollcall-chart-'));
  let helm: Helm;

  before(async function () {
    this.timeout(900_000); // Helm may have to be built first
    skipUnlessPossible(this, await missingForHelm());
    await writeChart(chart, DEFAULT_IMAGE);
    helm = await openHelm();
  });

  after(() => rm(chart, { recursive: true }));

  function template(...options: string[]): Promise<string> {
    return helm('template', 'rollcall', chart, '--include-crds', '--namespace', 'rollcall-system', ...options);
  }

  it('has nothing that the strict linter finds fault with', async () => {
    expect(await helm('lint', '--strict', chart)).to.include('0 chart(s) failed');
  });

  it('says what dist/ says, but for the namespace', async () => {
    const { 'Namespace/rollcall-system': _, ...expected } = objectsByName(...Object.values(distManifests()));
    expect(objectsByName(await template())).to.deep.equal(expected);
  });

  it('takes the image of operator and peers as its value', async () => {
    const deployment = objectsByName(await template('--set', 'image=registry.example/rollcall:2'))[
      'Deployment/rollcall-system/rollcall'
    ];
    const { image, env } = deployment!.spec.template.spec.containers[0];
    expect(image).to.equal('registry.example/rollcall:2');
    expect(env).to.deep.include({ name: 'ROLLCALL_IMAGE', value: image });
  });

  const refused: [string, string[], string][] = [
    ['another namespace', ['--namespace', 'elsewhere'], 'add --namespace rollcall-system --create-namespace'],
    ['a value that it does not have', ['--set', 'imge=rollcall:2'], "additional properties 'imge' not allowed"],
    ['an image that is none', ['--set', 'image=my rollcall'], "at '/image': 'my rollcall' does not match"],
  ];
  for (const [title, options, sentence] of refused) {
    it(`refuses ${title} with a sentence that says so`, async () => {
      const outcome = await template(...options).catch((error: Error) => error);
      expect(outcome).to.be.instanceOf(Error).with.property('message').that.includes(sentence);
    });
  }
});
