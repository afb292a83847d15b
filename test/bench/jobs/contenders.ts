import type { ApplyConfiguration } from '../../../reconciler/kube/object.ts';

/** One way to run a gang of pods. */
export interface Contender {
  readonly title: string;
  readonly kind: 'ComputeJob' | 'Job';
  /** A job of `size` pods with one core each, all of which succeed. */
  readonly job: (namespace: string, name: string, size: number) => ApplyConfiguration;
  /** Label of its pods that says which job they belong to. */
  readonly label: string;
  readonly isDone: (status: Readonly<Record<string, unknown>>) => boolean;
}

const requests = { cpu: '1', memory: '64Mi' };

function computeJob(title: string, more: object): Contender {
  return {
    title,
    kind: 'ComputeJob',
    job: (namespace, name, parallelism) => ({
      apiVersion: 'rollcall.dev/v1alpha1',
      kind: 'ComputeJob',
      metadata: { namespace, name },
      spec: { command: ['succeed'], image: 'bench', parallelism, resources: { requests }, ...more },
    }),
    label: 'app.kubernetes.io/instance',
    isDone: ({ state }) => state === 'Completed',
  };
}

export const CONTENDERS: readonly Contender[] = [
  computeJob('ComputeJob', {}),
  computeJob('ComputeJob that waits for no names', { waitForHosts: false }),
  {
    title: 'native Job',
    kind: 'Job',
    job: (namespace, name, size) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace, name },
      spec: {
        completions: size,
        parallelism: size,
        completionMode: 'Indexed',
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'job', image: 'bench', command: ['succeed'], resources: { requests } }],
          },
        },
      },
    }),
    label: 'batch.kubernetes.io/job-name',
    isDone: ({ completionTime }) => completionTime !== undefined,
  },
];
