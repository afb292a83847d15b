import { expect } from 'chai';
import { renderGang } from '../../../constructs/compute-job.ts';
import type { ComputeJob, ComputeJobSpec } from '../../../constructs/crds/compute-job.ts';
import type { RenderedObject } from '../../../constructs/peer-group.ts';

function job(spec: Partial<ComputeJobSpec> = {}, metadata: Partial<ComputeJob['metadata']> = {}): ComputeJob {
  return { metadata: { name: 'train', namespace: 'demo', ...metadata }, spec: { command: ['run'], ...spec } };
}

function gang(resource: ComputeJob, indexes?: readonly number[]): RenderedObject[] {
  const placement = { attempt: 2, nodes: ['a', 'b', 'c'], ...(indexes && { indexes }) };
  return renderGang(resource, { image: 'busybox' }, placement);
}

// biome-ignore lint/suspicious/noExplicitAny: what is asserted about a pod is the assertion's business
const specOf = (object: RenderedObject | undefined) => object?.spec as Record<string, any>;
const envOf = (object: RenderedObject | undefined): Record<string, string> =>
  Object.fromEntries(
    specOf(object).containers[0].env.map(({ name, value, valueFrom }: Record<string, unknown>) => [
      name,
      value ?? valueFrom,
    ]),
  );

describe('a gang as rendered', () => {
  it('is a headless Service and a pod for each node, named by attempt and index', () => {
    expect(gang(job()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).to.deep.equal([
      'Service train-gang',
      'Pod train-gang-2-0',
      'Pod train-gang-2-1',
      'Pod train-gang-2-2',
    ]);
  });

  it('has only the pods that are asked for', () => {
    expect(gang(job(), [1]).map(({ metadata }) => metadata.name)).to.deep.equal(['train-gang', 'train-gang-2-1']);
  });

  it('pins each pod to its node and leaves binding to the scheduler', () => {
    const spec = specOf(gang(job())[2]);
    expect(spec).not.to.have.property('nodeName');
    const terms = spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    expect(terms).to.deep.equal([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }]);
  });

  it('has a gate for the scheduler only where somebody will remove it', () => {
    const gates = (gated?: boolean) =>
      renderGang(job(), { image: 'busybox' }, { attempt: 2, nodes: ['a', 'b'], ...(gated && { gated }) })
        .slice(1)
        .map((pod) => specOf(pod).schedulingGates);
    expect(gates()).to.deep.equal([undefined, undefined]);
    expect(gates(true)).to.deep.equal([[{ name: 'rollcall.dev/gang' }], [{ name: 'rollcall.dev/gang' }]]);
  });

  it('tells each pod its gang', () => {
    expect(envOf(gang(job())[3])).to.deep.equal({
      ROLLCALL_JOB: 'train',
      ROLLCALL_INDEX: '2',
      ROLLCALL_SIZE: '3',
      ROLLCALL_NODE: { fieldRef: { fieldPath: 'spec.nodeName' } },
      ROLLCALL_HOSTS: 'train-0.train-gang,train-1.train-gang,train-2.train-gang',
      ROLLCALL_HOSTS_FILE: '/etc/rollcall/hosts',
      ROLLCALL_HOSTFILE: '/etc/rollcall/hostfile',
      MASTER_ADDR: 'train-0',
      MASTER_PORT: '29500',
      RANK: '2',
      WORLD_SIZE: '3',
      HOME: '/tmp',
    });
  });

  it('leaves to the job what it sets itself', () => {
    const env = envOf(gang(job({ env: [{ name: 'MASTER_PORT', value: '4000' }] }))[3]);
    expect(env).to.include({ MASTER_PORT: '4000', MASTER_ADDR: 'train-0' });
    const names = specOf(gang(job({ env: [{ name: 'HOME', value: '/data' }] }))[1]).containers[0].env.map(
      ({ name }: { name: string }) => name,
    );
    expect(names.filter((name: string) => name === 'HOME')).to.have.length(1);
  });

  it('has a hostfile of short names with slots, which resolve', () => {
    const pod = gang(job({ slotsPerNode: 4 }))[1]!;
    expect(pod.metadata.annotations!['rollcall.dev/hostfile']).to.equal(
      'train-0 slots=4\ntrain-1 slots=4\ntrain-2 slots=4\n',
    );
    expect(specOf(pod).dnsConfig).to.deep.equal({ searches: ['train-gang.demo.svc.cluster.local'] });
  });

  describe('behind a Service of its attempt', () => {
    const published = (spec: Partial<ComputeJobSpec> = {}) =>
      renderGang(
        job(spec),
        { image: 'busybox', waitImage: 'wait:1', clusterDomain: 'example.test' },
        { attempt: 2, nodes: ['a', 'b', 'c'], service: 'train-gang-2-abcde' },
      );

    it('leaves the addresses to whoever publishes them', () => {
      const [service, pod] = published();
      expect(service!.metadata.name).to.equal('train-gang-2-abcde');
      expect(service!.spec).to.deep.equal({ clusterIP: 'None' });
      expect(specOf(pod)).to.include({ hostname: 'train-0', subdomain: 'train-gang-2-abcde' });
      expect(envOf(pod).ROLLCALL_HOSTS).to.match(/^train-0\.train-gang-2-abcde,/);
      expect(specOf(pod).dnsConfig.searches).to.deep.equal(['train-gang-2-abcde.demo.svc.example.test']);
    });

    it('waits for its names in a restricted init container, which asks for no more than the command', () => {
      const resources = {
        requests: { cpu: 2, 'example.test/gpu': 1 },
        limits: { memory: '1Gi', 'example.test/gpu': 1 },
      };
      const pod = published({ parallelism: 3, resources })[1]!;
      const [wait] = specOf(pod).initContainers;
      expect(wait).to.include({ image: 'wait:1' });
      expect(wait.securityContext).to.deep.equal(specOf(pod).containers[0].securityContext);
      expect(wait.resources).to.deep.equal({ requests: { cpu: '2' }, limits: { memory: '1Gi' } });
      expect(pod.metadata.annotations).to.include({ 'rollcall.dev/addresses': '' });
    });

    it('does not wait alone, or when it is told not to', () => {
      for (const spec of [{ parallelism: 1 }, { parallelism: 3, waitForHosts: false }]) {
        const pod = published(spec)[1]!;
        expect(specOf(pod)).not.to.have.property('initContainers');
        expect(pod.metadata.annotations).not.to.have.property('rollcall.dev/addresses');
      }
    });
  });

  it('gives pods host names that are the same in every attempt', () => {
    expect(specOf(gang(job())[1])).to.include({ hostname: 'train-0', subdomain: 'train-gang' });
  });

  it('meets Pod Security restricted and mounts no token, whoever its user is', () => {
    const spec = specOf(gang(job({ securityContext: { runAsUser: 1000 } }))[1]);
    expect(spec.automountServiceAccountToken).to.equal(false);
    expect(spec.securityContext).to.deep.equal({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(spec.containers[0].securityContext).to.deep.equal({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  it('lets the environment of the job refer to ours', () => {
    const { env } = specOf(gang(job({ env: [{ name: 'RANK', value: '$(ROLLCALL_INDEX)' }] }))[1]).containers[0];
    expect(env.at(-1)).to.deep.equal({ name: 'RANK', value: '$(ROLLCALL_INDEX)' });
  });

  it('runs the default image unless the job has one', () => {
    expect(specOf(gang(job())[1]).containers[0].image).to.equal('busybox');
    expect(specOf(gang(job({ image: 'mpi:5' }))[1]).containers[0].image).to.equal('mpi:5');
  });

  it('gives /dev/shm the size that is asked for, else that of the memory limit', () => {
    const shmOf = (spec: Partial<ComputeJobSpec>) =>
      specOf(gang(job(spec))[1]).volumes.find(({ name }: { name: string }) => name === 'shm').emptyDir;
    expect(shmOf({ resources: { limits: { memory: '8Gi' } }, shmSize: '2Gi' })).to.deep.equal({
      medium: 'Memory',
      sizeLimit: '2Gi',
    });
    expect(shmOf({ resources: { limits: { memory: '8Gi' } } })).to.include({ sizeLimit: '8Gi' });
    expect(shmOf({})).to.include({ sizeLimit: '1Gi' });
    expect(specOf(gang(job())[1]).containers[0].volumeMounts).to.deep.include({ name: 'shm', mountPath: '/dev/shm' });
  });

  it("leaves the grace period, the pull policy and the image's entrypoint to the cluster unless the job says otherwise", () => {
    const spec = specOf(gang({ ...job(), spec: { image: 'server:1', args: ['--port', '1'] } })[1]);
    expect(spec).not.to.have.property('terminationGracePeriodSeconds');
    expect(spec.containers[0]).not.to.have.any.keys('imagePullPolicy', 'command');
    expect(specOf(gang(job({ terminationGracePeriodSeconds: 120 }))[1])).to.include({
      terminationGracePeriodSeconds: 120,
    });
    expect(() => gang({ ...job(), spec: { args: ['x'] } })).to.throw(
      /spec\.command is required unless spec\.image is set/,
    );
  });

  it('is owned by the job when that is on an API server', () => {
    const [owner] = gang(job({}, { uid: 'uid' }))[1]!.metadata.ownerReferences!;
    expect(owner).to.deep.equal({
      apiVersion: 'rollcall.dev/v1alpha1',
      kind: 'ComputeJob',
      name: 'train',
      uid: 'uid',
      controller: true,
    });
    expect(gang(job())[1]!.metadata).not.to.have.property('ownerReferences');
  });

  it('is refused for a spec that the API server would refuse, with a sentence per field', () => {
    const bad = job({ parallelism: 0, env: [{ name: 'ROLLCALL_JOB', value: 'x' }] });
    expect(() => gang(bad)).to.throw(/spec\.parallelism: /);
    expect(() => gang(bad)).to.throw(/spec\.env\[0\]\.name: env: the prefix ROLLCALL_/);
  });
});
