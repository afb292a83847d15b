/** Fields of a PeerGroup for its optional children. */
import * as z from 'zod';
import { MAX_REPLICAS } from '../../limits.ts';
import { type Rule, withRules } from '../rule.ts';

const labelSelector = z.object({
  matchLabels: z
    .record(z.string(), z.string().max(63))
    .meta({ maxProperties: 32 })
    .optional()
    .describe('Labels that must have these values.'),
  matchExpressions: z
    .array(
      z
        .object({
          key: z.string().min(1).max(316).describe('Label key.'),
          operator: z
            .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
            .describe('Relationship of the key to the values.'),
          values: z
            .array(z.string().max(63).describe('Label value.'))
            .max(64)
            .optional()
            .describe('Values for In and NotIn.'),
        })
        .describe('A requirement on a label.'),
    )
    .max(32)
    .optional()
    .describe('Further requirements on labels.'),
});

const networkPolicyPeer = z
  .object({
    podSelector: labelSelector
      .optional()
      .describe("Selects pods. Without namespaceSelector, in the group's namespace."),
    namespaceSelector: labelSelector.optional().describe('Selects namespaces.'),
    ipBlock: z
      .object({
        cidr: z.string().max(49).describe('CIDR block, such as 10.0.0.0/8.'),
        except: z
          .array(z.string().max(49).describe('CIDR block.'))
          .max(64)
          .optional()
          .describe('CIDR blocks within it to exclude.'),
      })
      .optional()
      .describe('Selects IP addresses.'),
  })
  .describe('A source that may connect, as in a NetworkPolicy.');

const issuerRef = z.object({
  name: z.string().min(1).max(253).describe('Name of the Issuer or ClusterIssuer.'),
  kind: z
    .string()
    .min(1)
    .max(63)
    .default('Issuer')
    .describe('Kind of the issuer: Issuer, ClusterIssuer or a kind of another API group.'),
  group: z.string().min(1).max(253).default('cert-manager.io').describe('API group of the issuer.'),
});

export const tls = withRules(
  z.object({
    mode: z
      .enum(['None', 'TLS', 'Mutual'])
      .default('None')
      .describe('None: HTTP. TLS: HTTPS. Mutual: HTTPS with client certificates.'),
    issuerRef: issuerRef
      .optional()
      .describe(
        'cert-manager issuer of the certificates. Defaults to the CA that the operator keeps for the namespace.',
      ),
  }),
  {
    cel: "!has(self.issuerRef) || self.mode != 'None'",
    holds: ({ mode, issuerRef }) => issuerRef === undefined || mode !== 'None',
    message: 'tls.issuerRef requires tls.mode TLS or Mutual',
  },
);

export const service = z.object({
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP').describe('Type of the client Service.'),
  annotations: z
    .record(z.string(), z.string().max(4096))
    .meta({ maxProperties: 32 })
    .optional()
    .describe('Annotations of the client Service, for example to configure a load balancer.'),
});

const boundsInOrder: Rule<{ minReplicas: number; maxReplicas: number }> = {
  cel: 'self.minReplicas <= self.maxReplicas',
  holds: ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
  message: 'autoscaling.minReplicas must be at most autoscaling.maxReplicas',
};

export const autoscaling = withRules(
  z.object({
    minReplicas: z.int32().min(1).max(MAX_REPLICAS).default(1).describe('Minimum number of peers.'),
    maxReplicas: z.int32().min(1).max(MAX_REPLICAS).describe('Maximum number of peers.'),
    targetCPUUtilization: z
      .int32()
      .min(1)
      .max(100)
      .default(80)
      .describe('Target average CPU utilization, as a percentage of the requested CPU.'),
  }),
  boundsInOrder,
);

export const disruptionBudget = z.object({
  maxUnavailable: z
    .union([z.int().min(0).max(MAX_REPLICAS), z.string().regex(/^(100|[1-9]?[0-9])%$/)])
    .meta({ 'x-kubernetes-int-or-string': true, pattern: '^((100|[1-9]?[0-9])%|[0-9]{1,4})$' })
    .default(1)
    .describe('Number or percentage of peers that evictions may make unavailable at the same time.'),
});

export const networkPolicy = z.object({
  enabled: z.boolean().default(true).describe('Whether to create a NetworkPolicy for the pods.'),
  from: z
    .array(networkPolicyPeer)
    .max(64)
    .optional()
    .describe(
      'Additional sources that may connect. Peers of the group, groups that reference it in peers, and the operator are always allowed.',
    ),
});

export const monitoring = z.object({
  podMonitor: z.boolean().default(false).describe('Whether to create a PodMonitor for the pods.'),
  rules: z.boolean().default(false).describe('Whether to create a PrometheusRule with alerts for the group.'),
});
