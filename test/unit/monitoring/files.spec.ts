import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CONTAINER_SECURITY } from '../../../constructs/restricted-pod.ts';
import { monitoringFiles } from '../../../scripts/monitoring.ts';
import { PROMETHEUS_IMAGE } from '../../cluster/images.ts';
import { objectsOf } from '../../support/manifests.ts';
import { root } from '../synthesis/run-app.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('examples/monitoring/', () => {
  for (const [path, text] of monitoringFiles()) {
    it(`${path} is what \`npm run monitoring\` writes`, () => expect(read(path)).to.equal(text));
  }

  it('runs the Prometheus that the rules are tested with, restricted and with a read-only root', () => {
    const deployment = objectsOf(read('examples/monitoring/server.yaml')).find(({ kind }) => kind === 'Deployment')!;
    const { securityContext, containers } = deployment.spec.template.spec;
    expect(securityContext).to.deep.include({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(containers).to.have.length(1);
    expect(containers[0].image).to.equal(PROMETHEUS_IMAGE);
    expect(containers[0].securityContext).to.deep.equal(CONTAINER_SECURITY);
  });

  it('lets it list and watch pods, and nothing else', () => {
    const roles = objectsOf(read('examples/monitoring/rbac.yaml')).filter(({ kind }) => kind === 'ClusterRole');
    expect(roles.map(({ rules }) => rules)).to.deep.equal([
      [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }],
    ]);
  });
});
