import { Testing } from 'cdk8s';
import { Operator } from '../../../constructs/operator/operator.ts';

/** One verb on one resource that a role gives to the operator. */
export interface Grant {
  readonly role: string;
  readonly apiGroup: string;
  /** Plural, with a subresource after a slash. */
  readonly resource: string;
  readonly verb: string;
  /** Undefined: any name. */
  readonly names: readonly string[] | undefined;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
}

interface Rbac {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

/** What the operator is granted by its manifests with every optional feature turned on: roles that are bound, verb by verb. */
export function operatorGrants(): Grant[] {
  const chart = Testing.chart();
  new Operator(chart, 'operator', { image: 'rollcall:test', secureMetrics: true, monitoring: true });
  const objects = Testing.synth(chart) as Rbac[];
  const roles = new Map(
    objects.map((object) => [key(object.kind, object.metadata.namespace, object.metadata.name), object]),
  );
  return objects.flatMap(({ metadata, roleRef }) => {
    if (roleRef === undefined) return [];
    const isCluster = roleRef.kind === 'ClusterRole';
    const role = roles.get(key(roleRef.kind, isCluster ? undefined : metadata.namespace, roleRef.name));
    return role === undefined ? [] : grantsOf(role, metadata.namespace);
  });
}

function key(kind: string, namespace: string | undefined, name: string): string {
  return [kind, namespace, name].join('/');
}

function grantsOf({ metadata, rules = [] }: Rbac, namespace: string | undefined): Grant[] {
  return rules.flatMap(({ apiGroups = [], resources = [], resourceNames: names, verbs }) =>
    apiGroups.flatMap((apiGroup) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => ({ role: metadata.name, apiGroup, resource, verb, names, namespace })),
      ),
    ),
  );
}
