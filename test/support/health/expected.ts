import type { Condition } from '../../../reconciler/runtime/conditions.ts';
import type { HealthReading } from './judge.ts';

/** An object with the status that it had at some moment. */
export interface Snapshot {
  readonly kind: string;
  readonly metadata: { readonly generation?: number };
  // biome-ignore lint/suspicious/noExplicitAny: statuses of three kinds
  readonly status?: any;
}

const IN_PROGRESS: HealthReading = { kstatus: 'InProgress', lua: 'Progressing', cel: 'InProgress' };
const DONE: HealthReading = { kstatus: 'Current', lua: 'Healthy', cel: 'Current' };
const FAILED: HealthReading = { kstatus: 'Failed', lua: 'Degraded', cel: 'Failed' };

/** Reasons of Degraded that end when something else appears. */
const WAITS = ['NoSuchGroup', 'CertificateMissing', 'CertManagerMissing', 'ReportsUnreadable', 'ConfigRefused'];

/**
 * How the successive statuses of one object have to be read. It follows from what users see of the object (states, pods, links), not
 * from the conditions Ready of jobs and nodes, Reconciling, Stalled and Finished, which are under test.
 */
export function expectedReadings(snapshots: readonly Snapshot[]): HealthReading[] {
  let connectedAt: number | undefined;
  return snapshots.map((snapshot) => {
    const { kind, metadata, status = {} } = snapshot;
    const { generation } = metadata;
    if (status.observedGeneration !== generation) return IN_PROGRESS;
    if (kind === 'ComputeJob') return jobReading(status);
    if (kind === 'ComputeNode') return { Running: DONE, Failed: FAILED, Pending: IN_PROGRESS }[status.state as string]!;
    const { Ready, Connected, Progressing, Degraded } = byType(status.conditions);
    const isBusy = Progressing?.status === 'True' || Degraded?.status === 'True';
    const isConnected = Connected?.status === 'True' && Connected.observedGeneration === generation;
    if (isBusy) connectedAt = undefined;
    else if (isConnected) connectedAt = generation;
    if (Degraded?.status === 'True') return WAITS.includes(Degraded.reason) ? IN_PROGRESS : FAILED;
    if (connectedAt !== generation) return IN_PROGRESS;
    const kstatus = Ready?.status === 'True' ? 'Current' : 'InProgress';
    if (Connected?.status === 'False') return { ...FAILED, kstatus };
    if (Connected?.status !== 'True') return { ...IN_PROGRESS, kstatus };
    return Ready?.status === 'True' ? DONE : IN_PROGRESS;
  });
}

function jobReading({ state, conditions }: NonNullable<Snapshot['status']>): HealthReading {
  if (state === 'Completed' || state === 'Running') return DONE;
  const { Scheduled, Suspended } = byType(conditions);
  if (state === 'Failed' || Scheduled?.reason === 'InvalidSpec') return FAILED;
  return Suspended?.status === 'True' ? { ...DONE, lua: 'Suspended' } : IN_PROGRESS;
}

function byType(conditions: readonly Condition[] = []): Readonly<Record<string, Condition | undefined>> {
  return Object.fromEntries(conditions.map((condition) => [condition.type, condition]));
}
