import { expect } from 'chai';
import { computeJobSpec } from '../../../constructs/crds/compute-job.ts';
import { peerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import { judgedGroups, judgedJobs, judgedManifests, podsOf } from '../../support/judges/manifests.ts';

/** Fields that at least one of the specs has. */
function fieldsOf(specs: readonly object[]): string[] {
  return [...new Set(specs.flatMap((spec) => Object.keys(spec)))].sort();
}

describe('what is judged', () => {
  it('has every field of both kinds that make pods', () => {
    const groups = judgedGroups().flatMap(({ groups }) => groups.map(({ spec }) => spec));
    expect(fieldsOf(groups)).to.deep.equal(Object.keys(peerGroupSpec.shape).sort());
    const jobs = judgedJobs().flatMap(({ jobs }) => jobs.map(({ spec }) => spec));
    expect(fieldsOf(jobs)).to.deep.equal(Object.keys(computeJobSpec.shape).sort());
  });

  it('has every kind of object that the operator makes but the Secrets, which hold keys', () => {
    const kinds = new Set(judgedManifests().flatMap(({ objects }) => objects.map(({ kind }) => kind)));
    expect([...kinds]).to.include.members([
      ...[
        'Certificate',
        'ConfigMap',
        'DaemonSet',
        'HorizontalPodAutoscaler',
        'NetworkPolicy',
        'Pod',
        'PodDisruptionBudget',
      ],
      ...['PodMonitor', 'PrometheusRule', 'Service', 'ServiceAccount', 'StatefulSet'],
    ]);
  });

  it('has the pods of the operator, of peers and of gangs', () => {
    const names = judgedManifests().flatMap(({ objects }) => podsOf(objects).map(({ metadata }) => metadata.name));
    expect(names).to.include.members(['rollcall', 'web', 'hello-gang-1-0']);
  });
});
