import { printable } from '../../constructs/printable.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Quantity } from '../kube/quantity.ts';
import { identity } from '../kube/transform.ts';
import { type Amounts, amountsOf } from './amounts.ts';
import { CORDON, REMOVAL_TAINTS, type Taint } from './taints.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** The part of a Node that is cached: kubelets send much more, some of it every few seconds. */
export interface Node extends KubeObject {
  readonly labels: Readonly<Record<string, string>>;
  /** A cordon is one of them. */
  readonly taints: readonly Taint[];
  /** Changes with each boot; empty: unknown. */
  readonly bootId: string;
  /** What pods may use of it. */
  readonly allocatable: Amounts;
  /** Its condition Ready; `since` in milliseconds since the epoch. */
  readonly ready: { readonly status: string; readonly since: number; readonly message?: string };
}

/** The fields of a Node that are read. */
interface SentNode extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly nodeInfo?: { readonly bootID?: string };
    readonly allocatable?: Readonly<Record<string, Quantity>>;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
      readonly message?: string;
    }[];
  };
}

export function transformNode(object: KubeObject): Node {
  const { apiVersion, kind, metadata, spec, status } = object as SentNode;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => ({ key, effect, ...(value && { value }) }));
  const cordoned = spec?.unschedulable && !taints.some(({ key }) => key === CORDON.key);
  return {
    apiVersion,
    kind,
    metadata: identity(metadata),
    labels: metadata.labels ?? {},
    taints: cordoned ? [...taints, CORDON] : taints,
    bootId: status?.nodeInfo?.bootID ?? '',
    allocatable: amountsOf(status?.allocatable),
    ready: {
      status: ready?.status ?? 'Unknown',
      since: Date.parse(ready?.lastTransitionTime ?? ''),
      ...(ready?.message && { message: printable(ready.message) }),
    },
  };
}

export function isReady({ ready }: Node): boolean {
  return ready.status === 'True';
}

export function isCordoned({ taints }: Node): boolean {
  return taints.some(({ key }) => key === CORDON.key);
}

/** Whether an autoscaler or a cloud provider is removing the node. */
export function isBeingRemoved({ taints }: Node): boolean {
  return taints.some(({ key }) => REMOVAL_TAINTS.has(key));
}

export function zoneOf({ labels }: Node): string | undefined {
  return labels[ZONE_LABEL];
}
