/** Fields of a PeerGroup that go into its pods as they are. A change of any of them rolls out pod by pod. */
import * as z from 'zod';
import { patternField, quantitiesField } from '../fields.ts';

const resources = z.object({
  requests: quantitiesField().optional().describe('What the scheduler sets aside for a pod.'),
  limits: quantitiesField().optional().describe('What a pod may use at most.'),
});

const toleration = z
  .object({
    key: z.string().max(316).optional().describe('Key of the taint. Unset with operator Exists: every taint.'),
    operator: z.enum(['Exists', 'Equal']).optional().describe('How value is compared. Unset: Equal.'),
    value: z.string().max(63).optional().describe('Value of the taint.'),
    effect: z
      .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
      .optional()
      .describe('Effect of the taint. Unset: every effect.'),
    tolerationSeconds: z.int().min(0).optional().describe('How long a NoExecute taint is tolerated. Unset: for ever.'),
  })
  .describe('A taint that does not keep the pods away.');

export const podFields = {
  image: patternField('image', '^\\S+$', 1024, 'must be an image reference, without spaces')
    .optional()
    .describe("Image of the peer server. Unset: the operator's default. A change rolls out pod by pod."),
  resources: resources
    .optional()
    .describe('Compute resources of each pod. Unset: small equal requests and limits. A change rolls out pod by pod.'),
  nodeSelector: z
    .record(z.string(), z.string().max(63))
    .meta({ maxProperties: 32 })
    .optional()
    .describe('Labels that a node must have to get a pod.'),
  tolerations: z.array(toleration).max(32).optional().describe('Taints of nodes that do not keep the pods away.'),
  affinity: z
    .looseObject({})
    .meta({ 'x-kubernetes-preserve-unknown-fields': true })
    .optional()
    .describe('Affinity of the pods, as a pod has it; the API server judges it with the pods.'),
  priorityClassName: z.string().max(253).optional().describe('Priority class of the pods.'),
  imagePullSecrets: z
    .array(
      z
        .object({ name: z.string().min(1).max(253).describe('Name of a Secret of the namespace.') })
        .describe('A Secret of the namespace.'),
    )
    .max(16)
    .optional()
    .describe('Secrets with which the image is pulled.'),
};
