import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import { PeerGroup, PeerGroupSpecTopologyType } from '../../../imports/rollcall.dev.ts';
import { erasable } from '../../../scripts/imports.ts';
import { texts } from '../../support/manifests.ts';
import { root, runInto } from './run-app.ts';

describe('imports/', () => {
  it('is what `npm run imports` writes from the CRDs in dist/', async function () {
    this.timeout(30_000);
    const written = await runInto((folder) => ['scripts/imports.ts', '--output', folder]);
    expect(texts(written)).to.deep.equal(texts(join(root, 'imports')));
  });

  it('declares a PeerGroup in which enum values and plain strings both fit', () => {
    const chart = new Chart(new App(), 'chart');
    new PeerGroup(chart, 'a', {
      metadata: { name: 'a' },
      spec: { topology: { type: PeerGroupSpecTopologyType.RING } },
    });
    new PeerGroup(chart, 'b', { metadata: { name: 'b' }, spec: { topology: { type: 'Ring' } } });
    expect(chart.toJson().map((object: { spec: object }) => object.spec)).to.deep.equal([
      { topology: { type: 'Ring' } },
      { topology: { type: 'Ring' } },
    ]);
  });
});

describe('erasable', () => {
  it('marks the imports that are types', () => {
    const source = "import { ApiObject, GroupVersionKind } from 'cdk8s';\nimport { Construct } from 'constructs';\n";
    expect(erasable(source)).to.equal(
      "import { ApiObject, type GroupVersionKind } from 'cdk8s';\nimport type { Construct } from 'constructs';\n",
    );
  });

  it('turns an enum into an object of its values and their type', () => {
    expect(erasable('export enum Mode {\n  /** a = b {} */\n  ON = "On",\n}\n')).to.equal(
      'export const Mode = {\n  /** a = b {} */\n  ON: "On",\n} as const;\nexport type Mode = (typeof Mode)[keyof typeof Mode];\n',
    );
  });

  it('leaves everything else as it is', () => {
    const source = "const enumerated = 'export enum';\nexport interface A { readonly b?: string }\n";
    expect(erasable(source)).to.equal(source);
  });
});
