/** Fields of ComputeJob that mean what the same fields of a pod mean (kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1). */
import * as z from 'zod';
import { quantitiesField } from './fields.ts';
import { type Rule, withRules } from './rule.ts';

/** Environment variables of this prefix are ours. */
export const ENV_PREFIX = 'ROLLCALL_';

const LABEL_KEY = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

const keySelector = z.object({
  name: z.string().min(1).max(253).describe('Name of the object.'),
  key: z.string().min(1).max(253).describe('Key in its data.'),
  optional: z.boolean().optional().describe('Whether the pod starts without it.'),
});

const envName: Rule<string>[] = [
  {
    cel: `!self.startsWith('${ENV_PREFIX}')`,
    holds: (name) => !name.startsWith(ENV_PREFIX),
    message: `env: names that begin with ${ENV_PREFIX} are set by Rollcall`,
  },
  {
    cel: "self.matches('^[ -<>-~]+$')",
    holds: (name) => /^[ -<>-~]+$/.test(name),
    message: 'env: a name must be printable ASCII characters other than =',
  },
];

const valueFrom = withRules(
  z.object({
    configMapKeyRef: keySelector.optional().describe("A key of a ConfigMap of the job's namespace."),
    secretKeyRef: keySelector.optional().describe("A key of a Secret of the job's namespace."),
    fieldRef: z
      .object({ fieldPath: z.string().min(1).max(316).describe('Such as status.podIP.') })
      .optional()
      .describe('A field of the pod.'),
  }),
  {
    cel: '[has(self.configMapKeyRef), has(self.secretKeyRef), has(self.fieldRef)].exists_one(given, given)',
    holds: (sources) => Object.values(sources).filter((source) => source !== undefined).length === 1,
    message: 'env: valueFrom must name one source',
  },
);

const envVar = withRules(
  z.object({
    name: withRules(z.string().min(1).max(253), ...envName).describe(
      `Name of the variable; not one that begins with ${ENV_PREFIX}.`,
    ),
    value: z.string().max(65536).optional().describe('Its value; $(OTHER) refers to another variable.'),
    valueFrom: valueFrom.optional().describe('Where the value is read from.'),
  }),
  {
    cel: "!has(self.valueFrom) || !has(self.value) || self.value == ''",
    holds: ({ value, valueFrom }) => !valueFrom || !value,
    message: 'env: a variable has either value or valueFrom',
  },
).describe('One environment variable.');

export const env = z
  .array(envVar)
  .max(256)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });

export const resources = z.object({
  requests: quantitiesField().optional().describe('What is set aside for each pod.'),
  limits: quantitiesField().optional().describe('What each pod may use at most.'),
});

const toleration = z.object({
  key: z.string().max(316).optional().describe('Key of the taint; empty with operator Exists: every taint.'),
  operator: z.enum(['Exists', 'Equal']).optional().describe('Equal (the default) compares the value, too.'),
  value: z.string().max(63).optional().describe('Value of the taint.'),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Unset: every effect.'),
  tolerationSeconds: z.int().optional().describe('For how long a NoExecute taint is tolerated. Unset: for ever.'),
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

/** Who the processes are. What else a pod's securityContext may say is fixed by Pod Security `restricted`. */
export const securityContext = z.object({
  runAsUser: z.int().min(1).optional().describe('User of the processes; never root.'),
  runAsGroup: z.int().min(1).optional().describe('Group of the processes.'),
  fsGroup: z.int().min(1).optional().describe('Group that owns the volumes.'),
});

export const localObjectReferences = z
  .array(z.object({ name: z.string().min(1).max(253).describe('Name of the Secret.') }))
  .max(16)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });

/** Amounts as the API server keeps them. */
export const amounts = z.record(
  z.string(),
  z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true }),
);
