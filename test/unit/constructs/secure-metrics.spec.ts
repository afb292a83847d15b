import { App, Chart } from 'cdk8s';
import { expect } from 'chai';
import { Operator } from '../../../constructs/operator/operator.ts';
import type { ManifestObject } from '../../support/manifests.ts';

function installation(secureMetrics?: boolean): ManifestObject[] {
  const chart = new Chart(new App(), 'operator');
  new Operator(chart, 'operator', { image: 'rollcall:test', ...(secureMetrics !== undefined && { secureMetrics }) });
  return chart.toJson() as ManifestObject[];
}

describe('an installation', () => {
  it('may ask who bears a token only where its metrics are for who may read them', () => {
    expect(JSON.stringify(installation())).not.to.match(/token-?review|metrics-review|8443|metrics-reader/i);
    const rules = installation(true).flatMap(({ rules = [] }) => rules as { resources?: string[]; verbs: string[] }[]);
    const reviews = rules.filter(({ resources = [] }) => resources.some((resource) => resource.endsWith('reviews')));
    expect(reviews.map(({ resources, verbs }) => [resources, verbs])).to.deep.equal([
      // Whether another operator is installed is asked for by this one in any case.
      [['subjectaccessreviews'], ['create']],
      [['tokenreviews'], ['create']],
    ]);
  });

  it('leads its metrics Service to that port then, and lets it be reached', () => {
    const objects = installation(true);
    const of = (kind: string) => objects.find((object) => object.kind === kind)!;
    expect(of('Service').spec.ports.map(({ port }: { port: number }) => port)).to.deep.equal([8443]);
    const [container] = of('Deployment').spec.template.spec.containers;
    expect(container.env).to.deep.include({ name: 'ROLLCALL_METRICS_TLS_PORT', value: '8443' });
    expect(container.ports.map(({ containerPort }: { containerPort: number }) => containerPort)).to.include(8443);
    const [{ ports }] = of('NetworkPolicy').spec.ingress;
    expect(ports.map(({ port }: { port: number }) => port)).to.deep.equal([9090, 8443]);
  });
});
