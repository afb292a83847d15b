import { InvalidComputeJobError } from '../../constructs/errors.ts';
import { gangPod } from '../../constructs/gang-names.ts';
import { ApiStatusError, hasGone, isNamespaceTerminating } from '../kube/errors.ts';
import { identityOf } from '../kube/object.ts';
import { type Outcome, SETTLED } from '../runtime/outcome.ts';
import type { ReconcileContext } from '../runtime/reconcile.ts';
import type { ComputeJobContext } from './context.ts';
import { requestOf, viewJob } from './observe-job.ts';
import { type GangAsk, type JobPlan, justStatus, soonest } from './plan/decision.ts';
import { PATIENCE_MS } from './plan/detect-end.ts';
import type { JobView } from './plan/input.ts';
import { planJob } from './plan/plan-job.ts';
import type { Admission } from './pods/admission.ts';
import { admittedRequests, createPods, type Obstacle, removePods, ungatePods } from './pods/create-pods.ts';
import { updateHosts } from './pods/update-hosts.ts';
import { recordNotes } from './record-events.ts';
import { attemptHash } from './resource/attempt-hash.ts';
import { COMPUTE_JOBS, type ComputeJobObject } from './resource/compute-job-object.ts';
import { changed, finding, isFinished } from './resource/job-status.ts';
import { finishedTtlLeftMs } from './resource/ttl.ts';
import { writeStatus } from './resource/write-status.ts';

/** How soon to look again whether the caches are filled. */
const NOT_READY_MS = 50;

/** Brings one ComputeJob a step on: its status first, then its pods. */
export async function reconcileComputeJob(
  key: string,
  pass: ReconcileContext,
  context: ComputeJobContext,
): Promise<Outcome> {
  if (!context.ready()) return { type: 'RequeueAfter', ms: NOT_READY_MS };
  const job = context.jobs.get(key);
  if (job === undefined || job.metadata.deletionTimestamp !== undefined) return forget(key, context);
  try {
    return await step(key, job, pass, context);
  } catch (error) {
    if (error instanceof InvalidComputeJobError) return refuseSpec(job, error, pass, context);
    if (isNamespaceTerminating(error)) return SETTLED;
    throw error;
  }
}

/** What kept an earlier step of the pass from creating the gang's pods. */
type Hindrance = Pick<JobView, 'refusal' | 'invalid' | 'incomplete'>;

/** What makes it this gang of the job and no other. */
function gangOf({ status = {} }: ComputeJobObject): string {
  return `${status.attempt}/${status.nodes?.length}`;
}

async function step(
  key: string,
  job: ComputeJobObject,
  pass: ReconcileContext,
  context: ComputeJobContext,
  hindrance: Hindrance = {},
): Promise<Outcome> {
  const incomplete = context.incomplete.of(key, gangOf(job));
  const view: JobView = { ...viewJob(key, job, context), incomplete, ...hindrance };
  const plan = planWithNodes(key, job, view, context);
  if (plan.deleteJob) return deleteJob(job, context);

  const written = await writeStatus(job, plan.status, context);
  if (plan.avoid) context.scheduler.avoid(key, plan.avoid);
  const pods = podsToBe(key, written.job, plan, context);
  if (plan.ask === undefined) context.scheduler.withdraw(key, pods);
  else context.scheduler.release(key, pods);
  if (written.laterMs === undefined) recordNotes(written.job, plan, pass.log, context);

  await removePods(written.job, plan.remove, context);
  const { create, gate = false, ungate = [] } = plan;
  if (create.length + ungate.length === 0) context.incomplete.forget(key);
  else if (hindrance.incomplete) {
    return { type: 'BackOff', atMostMs: soonest(PATIENCE_MS - hindrance.incomplete.forMs, written.laterMs)! };
  } else {
    const obstacle =
      (await createPods(written.job, create, gate, context)) ?? (await ungatePods(written.job, ungate, context));
    if (obstacle?.error && isNamespaceTerminating(obstacle.error)) return SETTLED;
    if (obstacle) return step(key, written.job, pass, context, hindranceOf(key, written.job, obstacle, context));
    context.incomplete.forget(key);
  }
  if (plan.hosts) await updateHosts(written.job, plan.hosts, context);
  const ms = soonest(plan.lookAgainMs, written.laterMs);
  return ms === undefined ? SETTLED : { type: 'RequeueAfter', ms };
}

function hindranceOf(
  key: string,
  job: ComputeJobObject,
  { type, message }: Obstacle,
  { incomplete }: ComputeJobContext,
): Hindrance {
  if (type === 'Invalid') return { invalid: message };
  if (type === 'Refused') return { refusal: message };
  incomplete.observe(key, gangOf(job), message);
  return { incomplete: incomplete.of(key, gangOf(job)) };
}

/**
 * The plan with the nodes that the scheduler has for the job, if it asks for some and they are there. A gang whose pods would
 * not be admitted asks for none.
 */
function planWithNodes(key: string, job: ComputeJobObject, view: JobView, context: ComputeJobContext): JobPlan {
  const plan = planJob(view);
  const { ask } = plan;
  if (ask === undefined) return plan;
  const admission = admissionFor(key, job, view, ask, context);
  const isNew = ask.from === 0;
  if (isNew && admission.type === 'Asking') return { ...justStatus(plan.status), notes: plan.notes };
  if (isNew && admission.type === 'Invalid') return planJob({ ...view, invalid: admission.message });
  if (isNew && admission.type === 'Rejected') return planJob({ ...view, rejected: admission });
  const requests = admission.type === 'Admitted' ? admission.requests : view.requests;
  return planAdmitted(key, job, { ...view, requests }, ask, context);
}

function planAdmitted(
  key: string,
  job: ComputeJobObject,
  view: JobView,
  ask: GangAsk,
  { scheduler }: ComputeJobContext,
): JobPlan {
  const request = requestOf(key, job, view, ask);
  scheduler.ask(request);
  const assignment = scheduler.assignment(key, request.id);
  return planJob({ ...view, ...(assignment && { assignment }) });
}

function admissionFor(
  key: string,
  job: ComputeJobObject,
  { spec }: JobView,
  { attempt }: GangAsk,
  context: ComputeJobContext,
): Admission {
  const shape = JSON.stringify([job.metadata.namespace, attemptHash(spec), spec.parallelism > 1]);
  return context.admissions.of(shape, key, () => admittedRequests(job, attempt, context));
}

/** Keys of the job's pods that hold something of their nodes, or will once this plan is carried out. */
function podsToBe(key: string, job: ComputeJobObject, plan: JobPlan, { pods }: ComputeJobContext): Set<string> {
  const { name, namespace } = job.metadata;
  return new Set([
    ...pods.indexedBy(key).flatMap((pod) => (pod.finished ? [] : [`${namespace}/${pod.metadata.name}`])),
    ...plan.create.map((index) => `${namespace}/${gangPod(name, job.status?.attempt ?? 0, index)}`),
  ]);
}

async function deleteJob(job: ComputeJobObject, { client }: ComputeJobContext): Promise<Outcome> {
  try {
    await client.delete(COMPUTE_JOBS, identityOf(job));
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
  return SETTLED;
}

/** Its pods are the garbage collector's; what they still hold stays on the ledger until they are gone. */
function forget(key: string, { scheduler, pods, pace, incomplete }: ComputeJobContext): Outcome {
  const left = pods.indexedBy(key).filter((pod) => !pod.finished);
  scheduler.forget(key, new Set(left.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`)));
  pace.forget(key);
  incomplete.forget(key);
  return SETTLED;
}

/** A finished job that was stored under an older, laxer schema: what was valid then has run, and it goes when its time has come. */
async function expire(job: ComputeJobObject, context: ComputeJobContext): Promise<Outcome> {
  const ms = finishedTtlLeftMs(job.status ?? {}, job.spec.ttlSecondsAfterFinished, context.now());
  if (ms === undefined) return SETTLED;
  return ms <= 0 ? deleteJob(job, context) : { type: 'RequeueAfter', ms };
}

async function refuseSpec(
  job: ComputeJobObject,
  { message }: InvalidComputeJobError,
  { log }: ReconcileContext,
  context: ComputeJobContext,
): Promise<Outcome> {
  if (isFinished(job.status ?? {})) return expire(job, context);
  context.events.record({ regarding: job, type: 'Warning', reason: 'InvalidSpec', action: 'Plan', note: message });
  const seen = { status: job.status ?? {}, generation: job.metadata.generation ?? 0, now: context.now() };
  const status = changed(seen, { message }, [finding('Scheduled', false, 'InvalidSpec', message)]);
  try {
    await writeStatus(job, status, context);
    return SETTLED;
  } catch (error) {
    // It may be so odd that the API server takes no status of it.
    if (!(error instanceof ApiStatusError)) throw error;
    log.warn(`The status was rejected: ${error.message}`);
    return { type: 'BackOff' };
  }
}
