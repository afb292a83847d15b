import { renderGang } from '../../../constructs/compute-job.ts';
import { FIELD_MANAGER } from '../../../constructs/names.ts';
import { PODS } from '../../kube/core-types.ts';
import { ApiStatusError, isInvalid, isRejection, KubeError } from '../../kube/errors.ts';
import { type ApplyConfiguration, controllerOf, type KubeObject, keyOf } from '../../kube/object.ts';
import { applyChildren } from '../../runtime/apply-children.ts';
import { type ComputeJobObject, ownerOf } from '../resource/compute-job-object.ts';
import type { PodsContext } from './context.ts';

/** Why an object of a gang could not be created. */
export interface CreateFailure {
  /** `Invalid`: no such pod is valid; `Rejected`: the API server denied it; `Transient`: it failed, and may not the next time. */
  readonly type: 'Invalid' | 'Rejected' | 'Transient';
  readonly message: string;
  readonly error?: KubeError;
}

/** Creates of one gang in flight at most: other jobs need the API server too. */
const MAX_CONCURRENT_CREATES = 16;

/**
 * Creates the Service, if it doesn't exist, and these pods of the attempt in the job's status; stops after the first pod that is
 * rejected.
 *
 * @param gated whether the pods get a scheduling gate, which `ungatePods` removes
 * @returns the most serious failure; undefined when all of them exist
 * @throws KubeError when the Service could not be requested
 */
export async function createPods(
  job: ComputeJobObject,
  indexes: readonly number[],
  gated: boolean,
  context: PodsContext,
): Promise<CreateFailure | undefined> {
  if (indexes.length === 0) return undefined;
  const { attempt = 0, nodes = [], serviceName } = job.status ?? {};
  const render = (these: readonly number[]) => {
    const placement = { attempt, nodes, indexes: these, service: serviceName, gated };
    return renderGang(job, context.render, placement) as [ApplyConfiguration, ...ApplyConfiguration[]];
  };
  const [service] = render([]);
  const owner = ownerOf(job);
  const [made] = await applyChildren([service], owner, context.children, false);
  if (made?.type === 'Rejected') {
    return { type: 'Rejected', message: `Service ${service.metadata.name}: ${made.error.message}`, error: made.error };
  }
  if (made?.type === 'NameConflict') return { type: 'Rejected', message: nameTaken(service) };

  const failures: CreateFailure[] = [];
  const rest = indexes.values();
  const createSome = async () => {
    for (const index of rest) {
      // A pod of a large gang takes 200 kB, most of it the names of all others: only a few are rendered at a time.
      const [, pod] = render([index]);
      const failure = await createPod(pod!, owner.uid, context);
      if (failure) failures.push(failure);
      if (failures.some(({ type }) => type !== 'Transient')) return;
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_CREATES }, createSome));
  const first = (type: CreateFailure['type']) => failures.find((failure) => failure.type === type);
  return first('Invalid') ?? first('Rejected') ?? first('Transient');
}

async function createPod(
  pod: ApplyConfiguration,
  owner: string,
  context: PodsContext,
): Promise<CreateFailure | undefined> {
  const { client, pods } = context;
  try {
    await pods.write(keyOf(pod), () => client.create<KubeObject>(PODS, pod, FIELD_MANAGER));
    return undefined;
  } catch (error) {
    if (error instanceof ApiStatusError && error.reason === 'AlreadyExists') {
      const existing = await client.get<KubeObject>(PODS, pod.metadata);
      if (controllerOf(existing)?.uid !== owner) return { type: 'Rejected', message: nameTaken(pod) };
      pods.assume(existing);
      return undefined;
    }
    if (!(error instanceof KubeError)) throw error;
    const type = isInvalid(error) ? 'Invalid' : isRejection(error) ? 'Rejected' : 'Transient';
    return { type, message: `pod ${pod.metadata.name}: ${error.message}`, error };
  }
}

function nameTaken({ kind, metadata }: ApplyConfiguration): string {
  return `${kind} ${metadata.name} already exists and is not controlled by this ComputeJob: delete or rename it, or rename this ComputeJob`;
}
