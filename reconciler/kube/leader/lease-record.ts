import type { ApplyConfiguration, KubeObject } from '../object.ts';
import type { ResourceType } from '../resource-type.ts';

export const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** Who leads, as the Lease says (coordination.k8s.io/v1, LeaseSpec). */
export interface LeaseRecord {
  readonly resourceVersion: string;
  /** Empty when the last leader has released it. */
  readonly holder: string;
  /** Counts the changes of the holder. */
  readonly transitions: number;
  /** For how long the holder may not be replaced after a renewal, in milliseconds; 0 when the Lease says nothing sensible. */
  readonly durationMs: number;
  /** RFC 3339 with microseconds, by the holder's clock: compared with itself only. */
  readonly renewTime: string;
  readonly acquireTime: string;
}

/** Somebody may write nonsense into it; nobody waits for longer than this because of it. */
const MAX_DURATION_SECONDS = 60;

/** Reads a Lease of any origin. */
export function readLease({ metadata, spec }: KubeObject & { readonly spec?: Record<string, unknown> }): LeaseRecord {
  const { holderIdentity, leaseTransitions, leaseDurationSeconds, renewTime, acquireTime } = spec ?? {};
  const seconds = Number(leaseDurationSeconds);
  return {
    resourceVersion: metadata.resourceVersion ?? '',
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    transitions: Number.isSafeInteger(leaseTransitions) ? (leaseTransitions as number) : 0,
    durationMs: seconds > 0 ? Math.min(seconds, MAX_DURATION_SECONDS) * 1_000 : 0,
    renewTime: String(renewTime ?? ''),
    acquireTime: String(acquireTime ?? ''),
  };
}

/** What a Lease is to say. */
export type LeaseClaim = Pick<LeaseRecord, 'holder' | 'transitions' | 'durationMs' | 'renewTime' | 'acquireTime'>;

export function leaseSpec({ holder, transitions, durationMs, renewTime, acquireTime }: LeaseClaim) {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(durationMs / 1_000),
    leaseTransitions: transitions,
    acquireTime,
    renewTime,
  };
}

export function renderLease(namespace: string, name: string, claim: LeaseClaim): ApplyConfiguration {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: LEASES.kind,
    metadata: { namespace, name },
    spec: leaseSpec(claim),
  };
}

/** A `metav1.MicroTime`: the API server rejects a time with fewer digits. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
