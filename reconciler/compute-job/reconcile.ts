import { MAX_PARALLELISM } from '../../constructs/crds/compute-job.ts';
import { InvalidComputeJobError } from '../../constructs/errors.ts';
import { gangPod } from '../../constructs/gang-names.ts';
import { ApiStatusError, hasGone, isNamespaceTerminating } from '../kube/errors.ts';
import { identityOf, keyOf } from '../kube/object.ts';
import { completedObject, REREAD_MS } from '../runtime/completed-object.ts';
import type { Logger } from '../runtime/logger.ts';
import { DONE, type ReconcileResult } from '../runtime/reconcile-result.ts';
import type { ComputeJobContext } from './context.ts';
import { decideJob } from './decide-job.ts';
import { observeJob } from './observe-job.ts';
import { type JobDecision, soonest } from './plan/decision.ts';
import type { JobInput } from './plan/input.ts';
import { READY_TIMEOUT_MS } from './plan/start-timeouts.ts';
import { type CreateFailure, createPods } from './pods/create-pods.ts';
import { deletePods } from './pods/delete-pods.ts';
import { ungatePods } from './pods/ungate-pods.ts';
import { updateHosts } from './pods/update-hosts.ts';
import { recordEvents } from './record-events.ts';
import { COMPUTE_JOBS, type ComputeJobObject } from './resource/compute-job-object.ts';
import { isActive, isFinished, updateStatus } from './resource/job-status.ts';
import { finding, jobEvent } from './resource/reasons.ts';
import { finishedTtlLeftMs } from './resource/ttl.ts';
import { writeStatus } from './resource/write-status.ts';

/** How soon to check again whether the caches are synced. */
const NOT_READY_MS = 50;

/** Reconciles one ComputeJob: writes its status first, then deletes and creates its pods. */
export async function reconcileComputeJob(
  key: string,
  log: Logger,
  context: ComputeJobContext,
): Promise<ReconcileResult> {
  if (!context.ready()) return { type: 'RequeueAfter', ms: NOT_READY_MS };
  const cached = context.jobs.get(key);
  if (cached === undefined || cached.metadata.deletionTimestamp !== undefined) return forget(key, context);
  const job = await completedObject(cached, COMPUTE_JOBS, context.jobs, context.client);
  try {
    return await step(key, job, log, context);
  } catch (error) {
    if (error instanceof InvalidComputeJobError) return rejectSpec(job, error, log, context);
    if (isNamespaceTerminating(error)) return DONE;
    throw error;
  }
}

/** Why the previous step of this reconcile could not create the gang's pods. */
type CreateProblem = Pick<JobInput, 'podRejection' | 'invalidPod' | 'incomplete'>;

/** What makes it this gang of the job and no other. */
function gangOf({ status = {} }: ComputeJobObject): string {
  return `${status.attempt}/${status.nodes?.length}`;
}

async function step(
  key: string,
  job: ComputeJobObject,
  log: Logger,
  context: ComputeJobContext,
  problem: CreateProblem = {},
): Promise<ReconcileResult> {
  const incomplete = context.incomplete.of(key, gangOf(job));
  const input: JobInput = { ...observeJob(key, job, context), incomplete, ...problem };
  const decision = decideJob(job, input, context);
  if (decision.deleteJob) return deleteJob(job, context);

  const written = await writeStatus(job, decision.status, context);
  if (decision.avoidNodes) context.scheduler.avoid(key, decision.avoidNodes);
  const pods = accountedPods(key, written.job, decision, context);
  if (decision.request === undefined) context.scheduler.withdraw(key, pods);
  else context.scheduler.release(key, pods);
  if (written.laterMs === undefined) recordEvents(written.job, decision, log, context);

  await deletePods(written.job, decision.deletePods, context);
  const { createIndexes, gated = false, ungate = [] } = decision;
  if (createIndexes.length + ungate.length === 0) context.incomplete.forget(key);
  else if (problem.incomplete) {
    return {
      type: 'RequeueRateLimited',
      atMostMs: soonest(READY_TIMEOUT_MS - problem.incomplete.forMs, written.laterMs)!,
    };
  } else {
    const failure =
      (await createPods(written.job, createIndexes, gated, context)) ??
      (await ungatePods(written.job, ungate, context));
    if (failure?.error && isNamespaceTerminating(failure.error)) return DONE;
    if (failure) return step(key, written.job, log, context, problemOf(key, written.job, failure, context));
    context.incomplete.forget(key);
  }
  if (decision.hosts) await updateHosts(written.job, decision.hosts, context);
  const ms = soonest(decision.requeueAfterMs, written.laterMs);
  return ms === undefined ? DONE : { type: 'RequeueAfter', ms };
}

function problemOf(
  key: string,
  job: ComputeJobObject,
  { type, message }: CreateFailure,
  { incomplete }: ComputeJobContext,
): CreateProblem {
  if (type === 'Invalid') return { invalidPod: message };
  if (type === 'Rejected') return { podRejection: message };
  incomplete.observe(key, gangOf(job), message);
  return { incomplete: incomplete.of(key, gangOf(job)) };
}

/** Keys of the job's pods that use resources of their nodes, or will after this decision. */
function accountedPods(
  key: string,
  job: ComputeJobObject,
  { createIndexes }: Pick<JobDecision, 'createIndexes'>,
  { pods }: ComputeJobContext,
): Set<string> {
  const { name, namespace } = job.metadata;
  return new Set([
    ...pods.indexedBy(key).flatMap((pod) => (pod.finished ? [] : [keyOf(pod)])),
    ...createIndexes.map((index) => `${namespace}/${gangPod(name, job.status?.attempt ?? 0, index)}`),
  ]);
}

/** A job that can't be decided about doesn't wait for nodes, nor keeps any but those in its status and those of its pods. */
function leaveQueue(job: ComputeJobObject, context: ComputeJobContext): void {
  const key = keyOf(job);
  const { status = {} } = job;
  const createIndexes = isActive(status) ? [...(status.nodes ?? []).slice(0, MAX_PARALLELISM).keys()] : [];
  context.scheduler.withdraw(key, accountedPods(key, job, { createIndexes }, context));
}

async function deleteJob(job: ComputeJobObject, { client }: ComputeJobContext): Promise<ReconcileResult> {
  try {
    await client.delete(COMPUTE_JOBS, identityOf(job));
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
  return DONE;
}

/** The job is deleted. The garbage collector deletes its pods; they stay in the ledger until then. */
function forget(key: string, { scheduler, pods, statusLimiter, incomplete }: ComputeJobContext): ReconcileResult {
  const left = pods.indexedBy(key).filter((pod) => !pod.finished);
  scheduler.forget(key, new Set(left.map(keyOf)));
  statusLimiter.forget(key);
  incomplete.forget(key);
  return DONE;
}

/** A finished job that was stored under an older, less strict schema: it has run, and is deleted after its TTL. */
async function expire(job: ComputeJobObject, context: ComputeJobContext): Promise<ReconcileResult> {
  const ms = finishedTtlLeftMs(job.status ?? {}, job.spec.ttlSecondsAfterFinished, context.now());
  if (ms === undefined) return DONE;
  return ms <= 0 ? deleteJob(job, context) : { type: 'RequeueAfter', ms };
}

async function rejectSpec(
  job: ComputeJobObject,
  { message }: InvalidComputeJobError,
  log: Logger,
  context: ComputeJobContext,
): Promise<ReconcileResult> {
  if (isFinished(job.status ?? {})) return expire(job, context);
  leaveQueue(job, context);
  context.events.record({ regarding: job, ...jobEvent('InvalidSpec', message), action: 'Plan' });
  const seen = { status: job.status ?? {}, generation: job.metadata.generation ?? 0, now: context.now() };
  const state = job.status?.state ?? 'Pending';
  const status = updateStatus(seen, { state, message }, [finding('Scheduled', 'InvalidSpec', message)]);
  try {
    await writeStatus(job, status, context);
    return context.jobs.isPartial(keyOf(job)) ? { type: 'RequeueAfter', ms: REREAD_MS } : DONE;
  } catch (error) {
    // The API server may reject even the status of such a job.
    if (!(error instanceof ApiStatusError)) throw error;
    log.warn(`The API server rejected the status: ${error.message}`);
    return { type: 'RequeueRateLimited' };
  }
}
