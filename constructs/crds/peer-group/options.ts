/** Fields of a PeerGroup that turn its optional children on. */

import * as z from 'zod';
import { MAX_REPLICAS } from '../../limits.ts';
import { type Rule, withRules } from '../rule.ts';

const labelSelector = z.object({
  matchLabels: z
    .record(z.string(), z.string().max(63))
    .meta({ maxProperties: 32 })
    .optional()
    .describe('Labels that must be there with these values.'),
  matchExpressions: z
    .array(
      z
        .object({
          key: z.string().min(1).max(316).describe('Key of the label.'),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the values are compared.'),
          values: z
            .array(z.string().max(63).describe('A value of the label.'))
            .max(64)
            .optional()
            .describe('Values for In and NotIn.'),
        })
        .describe('What must hold of one label.'),
    )
    .max(32)
    .optional()
    .describe('What else must hold of the labels.'),
});

const networkPolicyPeer = z
  .object({
    podSelector: labelSelector
      .optional()
      .describe("Pods of these labels; without namespaceSelector those of the group's namespace."),
    namespaceSelector: labelSelector.optional().describe('Pods of the namespaces of these labels.'),
    ipBlock: z
      .object({
        cidr: z.string().max(49).describe('Range of addresses, such as 10.0.0.0/8.'),
        except: z
          .array(z.string().max(49).describe('A range.'))
          .max(64)
          .optional()
          .describe('Ranges within it that are left out.'),
      })
      .optional()
      .describe('Addresses.'),
  })
  .describe('Who may connect, as in a NetworkPolicy.');

const issuerRef = z.object({
  name: z.string().min(1).max(253).describe('Name of the Issuer or ClusterIssuer.'),
  kind: z.string().min(1).max(63).default('Issuer').describe('Issuer, ClusterIssuer, or a kind of another group.'),
  group: z.string().min(1).max(253).default('cert-manager.io').describe("API group of the issuer's kind."),
});

export const tls = withRules(
  z.object({
    mode: z
      .enum(['None', 'TLS', 'Mutual'])
      .default('None')
      .describe('None: http. TLS: https. Mutual: https, and whoever pings shows a certificate too.'),
    issuerRef: issuerRef
      .optional()
      .describe(
        "Certificates come from this issuer of cert-manager. Unset: from the operator's own CA of the namespace.",
      ),
  }),
  {
    cel: "!has(self.issuerRef) || self.mode != 'None'",
    holds: ({ mode, issuerRef }) => issuerRef === undefined || mode !== 'None',
    message: 'tls.issuerRef goes with tls.mode TLS or Mutual',
  },
);

export const service = z.object({
  type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).default('ClusterIP').describe('Type of the client Service.'),
  annotations: z
    .record(z.string(), z.string().max(4096))
    .meta({ maxProperties: 32 })
    .optional()
    .describe('Annotations of the client Service, by which load balancers are configured.'),
});

const boundsInOrder: Rule<{ minReplicas: number; maxReplicas: number }> = {
  cel: 'self.minReplicas <= self.maxReplicas',
  holds: ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
  message: 'autoscaling.minReplicas must be at most autoscaling.maxReplicas',
};

export const autoscaling = withRules(
  z.object({
    minReplicas: z.int32().min(1).max(MAX_REPLICAS).default(1).describe('Peers at least.'),
    maxReplicas: z.int32().min(1).max(MAX_REPLICAS).describe('Peers at most.'),
    targetCPUUtilization: z
      .int32()
      .min(1)
      .max(100)
      .default(80)
      .describe('Average CPU use, in percent of what is requested, that more or fewer peers aim at.'),
  }),
  boundsInOrder,
);

export const disruptionBudget = z.object({
  maxUnavailable: z
    .union([z.int().min(0).max(MAX_REPLICAS), z.string().regex(/^(100|[1-9]?[0-9])%$/)])
    .meta({ 'x-kubernetes-int-or-string': true, pattern: '^((100|[1-9]?[0-9])%|[0-9]{1,4})$' })
    .default(1)
    .describe('Peers that may be missing at once because of drains: a number or a percentage.'),
});

export const networkPolicy = z.object({
  enabled: z.boolean().default(true).describe('Whether there is a NetworkPolicy for the pods.'),
  from: z
    .array(networkPolicyPeer)
    .max(64)
    .optional()
    .describe('Who may connect besides the group, groups that name it in peers, and the operator.'),
});

export const monitoring = z.object({
  podMonitor: z.boolean().default(false).describe("Whether Prometheus' operator is told to scrape the pods."),
  rules: z.boolean().default(false).describe("Whether Prometheus' operator gets alerting rules for the group."),
});
