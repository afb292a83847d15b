/** Fields of ComputeJob that mean what the same fields of a pod mean (kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1). */
import * as z from 'zod';
import { quantitiesField } from './fields.ts';
import { withRules } from './rule.ts';

/** Environment variables of this prefix are ours. */
export const ENV_PREFIX = 'ROLLCALL_';

const keySelector = z.object({
  name: z.string().min(1).max(253).describe('Name of the object.'),
  key: z.string().min(1).max(253).describe('Key in its data.'),
  optional: z.boolean().optional().describe('Whether the pod starts without it.'),
});

const envVar = z
  .object({
    name: withRules(z.string().min(1).max(253), {
      cel: `!self.startsWith('${ENV_PREFIX}')`,
      holds: (name) => !name.startsWith(ENV_PREFIX),
      message: `env: names that begin with ${ENV_PREFIX} are set by Rollcall`,
    }).describe(`Name of the variable; not one that begins with ${ENV_PREFIX}.`),
    value: z.string().max(65536).optional().describe('Its value; $(OTHER) refers to another variable.'),
    valueFrom: z
      .object({
        configMapKeyRef: keySelector.optional().describe("A key of a ConfigMap of the job's namespace."),
        secretKeyRef: keySelector.optional().describe("A key of a Secret of the job's namespace."),
        fieldRef: z
          .object({ fieldPath: z.string().min(1).max(316).describe('Such as status.podIP.') })
          .optional()
          .describe('A field of the pod.'),
      })
      .optional()
      .describe('Where the value is read from.'),
  })
  .describe('One environment variable.');

export const env = z
  .array(envVar)
  .max(256)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });

export const resources = z.object({
  requests: quantitiesField().optional().describe('What is set aside for each pod.'),
  limits: quantitiesField().optional().describe('What each pod may use at most.'),
});

export const tolerations = z
  .array(
    z
      .object({
        key: z.string().max(316).optional().describe('Key of the taint; empty with operator Exists: every taint.'),
        operator: z.enum(['Exists', 'Equal']).optional().describe('Equal (the default) compares the value, too.'),
        value: z.string().max(63).optional().describe('Value of the taint.'),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Unset: every effect.'),
        tolerationSeconds: z.int().optional().describe('For how long a NoExecute taint is tolerated. Unset: for ever.'),
      })
      .describe('A taint that the pods tolerate.'),
  )
  .max(64);

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
