import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { programsIn, withAssets } from '../../cluster/binaries.ts';

describe('programs of a control plane', () => {
  const built = programsIn('/build');
  let assets: string;

  beforeEach(() => {
    assets = mkdtempSync(join(tmpdir(), 'rollcall-assets-'));
  });

  afterEach(() => rmSync(assets, { recursive: true }));

  it('are our own build without KUBEBUILDER_ASSETS', () => {
    expect(withAssets(built, undefined)).to.deep.equal({ binaries: built });
  });

  it('are those of KUBEBUILDER_ASSETS where it has them, and it is said which', () => {
    for (const name of ['etcd', 'kube-apiserver']) writeFileSync(join(assets, name), '');
    const { binaries, note } = withAssets(built, assets);
    expect(binaries.etcd).to.equal(join(assets, 'etcd'));
    expect(binaries.apiServer).to.equal(join(assets, 'kube-apiserver'));
    expect(binaries.kubectl).to.equal('/build/kubectl');
    expect(binaries.controllerManager).to.equal('/build/kube-controller-manager');
    expect(note).to.equal(`etcd, kube-apiserver from KUBEBUILDER_ASSETS=${assets}, the rest built here`);
  });
});
