import { expect } from 'chai';
import { type ClusterContext, findContext, loadCommand } from '../../../../scripts/start/context.ts';
import { StartError } from '../../../../scripts/start/errors.ts';

/** What `kubectl config view --output json` prints for contexts of these names. */
function kubeconfig(names: readonly string[], extensions?: readonly object[]): string {
  return JSON.stringify({
    kind: 'Config',
    clusters: names.map((name) => ({ name: `${name}-cluster`, cluster: { server: `https://${name}:6443` } })),
    contexts: names.map((name) => ({ name, context: { cluster: `${name}-cluster`, user: name, extensions } })),
  });
}

function context(overrides: Partial<ClusterContext>): ClusterContext {
  return { name: 'prod', server: 'https://prod:6443', ...overrides };
}

describe('kubeconfig context', () => {
  it('is found by its name, with its server', () => {
    expect(findContext(kubeconfig(['dev', 'prod']), 'prod')).to.deep.equal(context({}));
  });

  it('that is not there is refused with the names of those that are', () => {
    expect(() => findContext(kubeconfig(['dev', 'stage']), 'prod')).to.throw(StartError, /"prod".*dev, stage/);
  });

  it('is refused when there is no kubeconfig at all', () => {
    const empty = JSON.stringify({ kind: 'Config', clusters: null, contexts: null });
    expect(() => findContext(empty, 'prod')).to.throw(StartError, /none/);
  });

  it("is minikube's when minikube has marked it", () => {
    const marked = kubeconfig(['dev'], [{ name: 'context_info', extension: { provider: 'minikube.sigs.k8s.io' } }]);
    expect(findContext(marked, 'dev').minikubeProfile).to.equal('dev-cluster');
  });
});

describe('loading an image archive', () => {
  it('goes through kind for a context of kind', () => {
    expect(loadCommand(context({ name: 'kind-a' }), '/i.tar')?.join(' ')).to.equal(
      'kind load image-archive /i.tar --name a',
    );
  });

  it('goes through k3d for a context of k3d', () => {
    expect(loadCommand(context({ name: 'k3d-a-b' }), '/i.tar')?.join(' ')).to.equal(
      'k3d image import /i.tar --cluster a-b',
    );
  });

  it("goes through minikube for a minikube profile's context", () => {
    expect(loadCommand(context({ minikubeProfile: 'dev' }), '/i.tar')?.join(' ')).to.equal(
      'minikube image load /i.tar --profile dev',
    );
  });

  it('is impossible for a cluster that pulls from a registry', () => {
    expect(loadCommand(context({}), '/i.tar')).to.equal(undefined);
  });
});
