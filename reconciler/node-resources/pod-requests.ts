import type { Quantity } from '../kube/quantity.ts';
import { type Amounts, amountsOf, atLeast, plus } from './amounts.ts';

interface Resources {
  readonly requests?: Readonly<Record<string, Quantity>>;
}

interface ContainerWithRequests {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: Resources;
}

interface ContainerAllocation {
  readonly name: string;
  readonly allocatedResources?: Readonly<Record<string, Quantity>>;
}

/** The fields of a pod that decide what it uses of its node. */
export interface PodWithRequests {
  readonly spec: {
    readonly containers: readonly ContainerWithRequests[];
    readonly initContainers?: readonly ContainerWithRequests[];
    readonly overhead?: Readonly<Record<string, Quantity>>;
    readonly resources?: Resources;
  };
  readonly status?: {
    readonly containerStatuses?: readonly ContainerAllocation[];
    readonly initContainerStatuses?: readonly ContainerAllocation[];
  };
}

/**
 * What the scheduler reserves for a pod (k8s.io/component-helpers/resource, PodRequests): the sum of containers and sidecars, or the
 * largest init container plus the sidecars started before it, whichever is more; pod-level requests instead where they are set; plus
 * overhead; plus one of the resource `pods`. While a pod is being resized, the larger of requested and allocated resources counts.
 */
export function podRequests({ spec, status }: PodWithRequests): Amounts {
  let running = spec.containers.reduce<Amounts>(
    (sum, container) => plus(sum, containerRequests(container, status?.containerStatuses)),
    {},
  );
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const requests = containerRequests(container, status?.initContainerStatuses);
    if (container.restartPolicy === 'Always') {
      running = plus(running, requests);
      sidecars = plus(sidecars, requests);
      starting = atLeast(starting, sidecars);
    } else {
      starting = atLeast(starting, plus(sidecars, requests));
    }
  }
  const needed = Object.assign(atLeast(running, starting), amountsOf(spec.resources?.requests));
  return plus(plus(needed, amountsOf(spec.overhead)), { pods: 1 });
}

function containerRequests({ name, resources }: ContainerWithRequests, statuses?: readonly ContainerAllocation[]) {
  const requested = amountsOf(resources?.requests);
  const allocated = statuses?.find((status) => status.name === name)?.allocatedResources;
  return allocated === undefined ? requested : atLeast(requested, amountsOf(allocated));
}
