/**
 * Fields of PeerGroup and ComputeJob that mean what the same fields of a pod mean
 * (kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1).
 */
import * as z from 'zod';
import { patternField, quantitiesField } from './fields.ts';
import { type Rule, withRules } from './rule.ts';

const LABEL_KEY = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

/** Lists of objects that are merged by their names. */
export const BY_NAME = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };

export const image = patternField('image', '^\\S+$', 1024, 'must be an image reference, without spaces');

export const resources = z.object({
  requests: quantitiesField().optional().describe('Minimum amounts of compute resources that each pod needs.'),
  limits: quantitiesField().optional().describe('Maximum amounts of compute resources that each pod may use.'),
});

const toleration = z.object({
  key: z.string().max(316).optional().describe('Taint key. Empty with operator Exists: matches all taints.'),
  operator: z
    .enum(['Exists', 'Equal'])
    .optional()
    .describe('Exists matches any value of the taint, Equal only the given one. Defaults to Equal.'),
  value: z.string().max(63).optional().describe('Taint value.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .describe('Taint effect. Matches all effects by default.'),
  tolerationSeconds: withRules(z.int(), {
    cel: 'self >= 0',
    // Jobs were stored with negative ones, which Kubernetes takes for 0, and go on running: the API server rejects new ones only.
    holds: () => true,
    message: 'tolerations: tolerationSeconds must be at least 0',
  })
    .optional()
    .describe('Seconds for which a NoExecute taint is tolerated. Indefinitely by default.'),
});

/** What a pod's toleration must be (k8s.io/kubernetes/pkg/apis/core/validation, ValidateTolerations). */
export const tolerations = z
  .array(
    withRules(
      toleration,
      {
        cel: "!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''",
        holds: ({ operator, value }) => operator !== 'Exists' || !value,
        message: 'tolerations: value must be empty when operator is Exists',
      },
      {
        cel: "has(self.key) && self.key != '' || has(self.operator) && self.operator == 'Exists'",
        holds: ({ key, operator }) => !!key || operator === 'Exists',
        message: 'tolerations: operator must be Exists when key is empty',
      },
      {
        cel: "!has(self.tolerationSeconds) || has(self.effect) && self.effect == 'NoExecute'",
        holds: ({ tolerationSeconds, effect }) => tolerationSeconds === undefined || effect === 'NoExecute',
        message: 'tolerations: effect must be NoExecute when tolerationSeconds is set',
      },
    ).describe('A taint that the pods tolerate.'),
  )
  .max(64);

/** Labels that a node must have. No label has another key than these. */
export const nodeSelector = withRules(z.record(z.string(), z.string().max(63)).meta({ maxProperties: 64 }), {
  cel: "self.all(key, key.size() <= 317 && key.matches('^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$'))",
  holds: (labels) => Object.keys(labels).every((key) => key.length <= 317 && LABEL_KEY.test(key)),
  message: 'nodeSelector: keys must be label keys, such as disk or example.com/disk',
});

export const affinity = z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true });

export const priorityClassName = z.string().max(253);

/** Without a list type: PeerGroups were stored with an atomic list, jobs with one that is merged by name. */
export const imagePullSecrets = z
  .array(
    z
      .object({ name: z.string().min(1).max(253).describe('Name of a Secret in the same namespace.') })
      .describe('Reference to a Secret in the same namespace.'),
  )
  .max(16);

/** Environment variables of this prefix are ours. */
export const ENV_PREFIX = 'ROLLCALL_';

const keySelector = z.object({
  name: z.string().min(1).max(253).describe('Name of the ConfigMap or Secret.'),
  key: z.string().min(1).max(253).describe('Key to select.'),
  optional: z.boolean().optional().describe('Whether the pod may start if the object or key does not exist.'),
});

const envName: Rule<string>[] = [
  {
    cel: `!self.startsWith('${ENV_PREFIX}')`,
    holds: (name) => !name.startsWith(ENV_PREFIX),
    message: `env: the prefix ${ENV_PREFIX} of names is reserved`,
  },
  {
    cel: "self.matches('^[ -<>-~]+$')",
    holds: (name) => /^[ -<>-~]+$/.test(name),
    message: 'env: a name must be printable ASCII characters other than =',
  },
];

const valueFrom = withRules(
  z.object({
    configMapKeyRef: keySelector.optional().describe("Selects a key of a ConfigMap in the job's namespace."),
    secretKeyRef: keySelector.optional().describe("Selects a key of a Secret in the job's namespace."),
    fieldRef: z
      .object({ fieldPath: z.string().min(1).max(316).describe('Path of the field, such as status.podIP.') })
      .optional()
      .describe('Selects a field of the pod.'),
  }),
  {
    cel: '[has(self.configMapKeyRef), has(self.secretKeyRef), has(self.fieldRef)].exists_one(given, given)',
    holds: (sources) => Object.values(sources).filter((source) => source !== undefined).length === 1,
    message: 'env: exactly one source must be set in valueFrom',
  },
);

const envVar = withRules(
  z.object({
    name: withRules(z.string().min(1).max(253), ...envName).describe(
      `Name of the variable. Must not begin with ${ENV_PREFIX}.`,
    ),
    value: z.string().max(65536).optional().describe('Value of the variable. $(OTHER) refers to another variable.'),
    valueFrom: valueFrom.optional().describe('Source of the value.'),
  }),
  {
    cel: "!has(self.valueFrom) || !has(self.value) || self.value == ''",
    holds: ({ value, valueFrom }) => !valueFrom || !value,
    message: 'env: value and valueFrom are mutually exclusive',
  },
).describe('An environment variable.');

export const env = z.array(envVar).max(256).meta(BY_NAME);

/** Who the processes are. What else a pod's securityContext may say is fixed by Pod Security `restricted`. */
export const securityContext = z.object({
  runAsUser: z.int().min(1).optional().describe('User ID of the processes. Must not be root.'),
  runAsGroup: z.int().min(1).optional().describe('Group ID of the processes.'),
  fsGroup: z.int().min(1).optional().describe('Group ID that owns the volumes.'),
});

/** Amounts as the API server keeps them. */
export const amounts = z.record(
  z.string(),
  z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true }),
);
