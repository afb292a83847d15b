import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import { Operator } from '../../../constructs/operator/operator.ts';
import { CONTAINER_SECURITY } from '../../../constructs/restricted-pod.ts';
import { monitoringFiles } from '../../../scripts/monitoring.ts';
import { PROMETHEUS_IMAGE } from '../../cluster/images.ts';
import { type ManifestObject, objectsOf } from '../../support/manifests.ts';
import { root } from '../synthesis/run-app.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('examples/monitoring/', () => {
  for (const [path, text] of monitoringFiles()) {
    it(`${path} is what \`npm run monitoring\` writes`, () => expect(read(path)).to.equal(text));
  }

  it('has for the operator what its construct adds when it is asked to, and only then', () => {
    const objects = (monitoring?: boolean) => {
      const chart = new Chart(new App(), 'operator');
      new Operator(chart, 'operator', { image: 'rollcall:test', ...(monitoring && { monitoring }) });
      return (chart.toJson() as ManifestObject[]).filter(({ apiVersion }) => apiVersion.startsWith('monitoring.'));
    };
    expect(objects(true)).to.deep.equal(objectsOf(read('examples/monitoring/operator-monitor.yaml')));
    expect(objects()).to.deep.equal([]);
  });

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
