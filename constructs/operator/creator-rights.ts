import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { COMPUTE_JOB } from '../crds/compute-job.ts';
import type { CustomResourceKind } from '../crds/custom-resource.ts';
import { PEER_GROUP } from '../crds/peer-group.ts';
import type { Labels } from '../labels.ts';

/** An object that a user must be allowed to create, because the operator creates it for the user. */
interface Requirement {
  /** CEL: whether `object` makes the operator create or change it. */
  readonly when: string;
  readonly apiGroup: string;
  /** Plural. */
  readonly resource: string;
  /** The field that requires it. */
  readonly field: string;
}

/** CEL: whether this part of the spec is new or has changed. Stored objects stay writable. */
function changed(field: string): string {
  return `(variables.isNew || (has(object.spec.${field}) != has(oldObject.spec.${field})) || (has(object.spec.${field}) && object.spec.${field} != oldObject.spec.${field}))`;
}

/** CEL: whether this part of the spec is set, has changed, and fulfils a condition. */
function isOn(field: string, condition?: string): string {
  return [`has(object.spec.${field})`, ...(condition ? [condition] : []), changed(field)].join(' && ');
}

const PER_NODE = "has(object.spec.placement) && object.spec.placement == 'PerNode'";

const OF_PEER_GROUPS: readonly Requirement[] = [
  { when: `variables.isChanged && ${PER_NODE}`, apiGroup: 'apps', resource: 'daemonsets', field: 'spec' },
  { when: `variables.isChanged && !(${PER_NODE})`, apiGroup: 'apps', resource: 'statefulsets', field: 'spec' },
  { when: 'variables.isNew', apiGroup: '', resource: 'configmaps', field: 'spec' },
  { when: 'variables.isNew', apiGroup: '', resource: 'serviceaccounts', field: 'spec' },
  { when: changed('service'), apiGroup: '', resource: 'services', field: 'spec.service' },
  {
    when: isOn('networkPolicy', 'object.spec.networkPolicy.enabled'),
    ...{ apiGroup: 'networking.k8s.io', resource: 'networkpolicies', field: 'spec.networkPolicy' },
  },
  {
    when: `!(${PER_NODE}) && ${changed('disruptionBudget')}`,
    ...{ apiGroup: 'policy', resource: 'poddisruptionbudgets', field: 'spec.disruptionBudget' },
  },
  {
    when: isOn('autoscaling'),
    ...{ apiGroup: 'autoscaling', resource: 'horizontalpodautoscalers', field: 'spec.autoscaling' },
  },
  {
    when: isOn('tls', 'has(object.spec.tls.issuerRef)'),
    ...{ apiGroup: 'cert-manager.io', resource: 'certificates', field: 'spec.tls.issuerRef' },
  },
  {
    when: isOn('monitoring', 'object.spec.monitoring.podMonitor'),
    ...{ apiGroup: 'monitoring.coreos.com', resource: 'podmonitors', field: 'spec.monitoring.podMonitor' },
  },
  {
    when: isOn('monitoring', 'object.spec.monitoring.rules'),
    ...{ apiGroup: 'monitoring.coreos.com', resource: 'prometheusrules', field: 'spec.monitoring.rules' },
  },
];

const OF_COMPUTE_JOBS: readonly Requirement[] = [
  { when: 'variables.isChanged', apiGroup: '', resource: 'pods', field: 'spec' },
  { when: 'variables.isNew', apiGroup: '', resource: 'services', field: 'spec' },
];

/**
 * An admission policy: a PeerGroup or ComputeJob must not create objects that its user may not create. It asks the
 * cluster's authorizer about the user of the request, so permissions are still granted only by RBAC
 * (kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy, Kubernetes 1.30 or later).
 *
 * Kubernetes has no permission for the use of a PriorityClass; here it is the verb `use`.
 */
export class CreatorRights extends Construct {
  constructor(scope: Construct, id: string, { name, labels }: { readonly name: string; readonly labels: Labels }) {
    super(scope, id);
    this.#policy(`${name}-peergroups`, labels, PEER_GROUP, OF_PEER_GROUPS, 'spec');
    this.#policy(`${name}-computejobs`, labels, COMPUTE_JOB, OF_COMPUTE_JOBS, 'spec.template.spec');
  }

  /** @param podSpec where the kind's objects have `priorityClassName` */
  #policy(
    name: string,
    labels: Labels,
    { group, kind, plural }: CustomResourceKind,
    requirements: readonly Requirement[],
    podSpec: string,
  ): void {
    const metadata = { name: `${name}.${group}`, labels };
    new ApiObject(this, `${plural}-policy`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [plural] },
          ],
        },
        variables: [
          { name: 'isNew', expression: "request.operation == 'CREATE'" },
          { name: 'isChanged', expression: 'variables.isNew || object.spec != oldObject.spec' },
          { name: 'priorityClass', expression: priorityClass('object', podSpec) },
          {
            name: 'oldPriorityClass',
            expression: `variables.isNew ? '' : (${priorityClass('oldObject', podSpec)})`,
          },
        ],
        validations: [
          ...requirements.map((requirement) => validation(kind, requirement)),
          {
            expression: `variables.priorityClass == '' || variables.priorityClass == variables.oldPriorityClass || ${allowed('scheduling.k8s.io', 'priorityclasses', 'use', '.name(variables.priorityClass)')}`,
            messageExpression: `'${podSpec}.priorityClassName: you are not allowed to use priorityclasses.scheduling.k8s.io ' + variables.priorityClass`,
            reason: 'Forbidden',
          },
        ],
      },
    });
    new ApiObject(this, `${plural}-binding`, {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    });
  }
}

function validation(kind: string, { when, apiGroup, resource, field }: Requirement) {
  const full = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  return {
    expression: `!(${when}) || ${allowed(apiGroup, resource, 'create', '.namespace(request.namespace)')}`,
    message: `${field}: this ${kind} makes the operator create ${full}, which you are not allowed to create in this namespace`,
    reason: 'Forbidden',
  };
}

function allowed(apiGroup: string, resource: string, verb: string, place: string): string {
  return `authorizer.group('${apiGroup}').resource('${resource}')${place}.check('${verb}').allowed()`;
}

/** CEL: the name of the PriorityClass, or nothing. */
function priorityClass(object: string, podSpec: string): string {
  const steps = podSpec.split('.').slice(1);
  const paths = [...steps, 'priorityClassName'].map((_, index, all) =>
    [object, 'spec', ...all.slice(0, index), all[index]].join('.'),
  );
  return `${paths.map((path) => `has(${path})`).join(' && ')} ? ${paths.at(-1)} : ''`;
}
