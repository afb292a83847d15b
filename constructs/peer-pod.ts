import { k8s } from 'cdk8s-plus-28';
import { issuedSecretName } from './certificate.ts';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { type Labels, peerLabels, peerSelector } from './labels.ts';
import {
  ADMIN_PORT,
  CONFIG_DIR,
  CONFIG_KEY,
  LABEL_TLS,
  PING_PORT,
  TLS_CA,
  TLS_CA_BUNDLE_KEY,
  TLS_CERTIFICATE,
  TLS_DIR,
  TLS_PRIVATE_KEY,
  TLS_SECRET,
} from './names.ts';
import { restrictedPod } from './restricted-pod.ts';

type Quantities = NonNullable<NonNullable<CompletePeerGroupSpec['resources']>['limits']>;

/**
 * From measured use (docs/guide/why/resources.md): a hundred pings a second, and a thousand peers over http. Requests equal limits
 * (QoS Guaranteed), but for disk: what is kept of a container's log counts against that.
 */
const DEFAULT_RESOURCES = {
  requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '512Mi' },
};

export interface PeerPodProps {
  /** The group's name. */
  readonly group: string;
  readonly spec: CompletePeerGroupSpec;
  /** Image where the spec names none. */
  readonly image: string;
  /** Name of the ConfigMap that holds the config. */
  readonly configMap: string;
}

/** Pod template of a group's peers. Nothing in it comes from what changes without a restart. */
export function peerPod({ group, spec, image, configMap }: PeerPodProps): k8s.PodTemplateSpec {
  const resources = spec.resources ?? DEFAULT_RESOURCES;
  const perNode = spec.placement === 'PerNode';
  const tls = spec.tls.mode !== 'None';
  return {
    metadata: { labels: { ...peerLabels(group), ...(tls && { [LABEL_TLS]: spec.tls.mode }) } },
    spec: restrictedPod({
      serviceAccountName: group,
      terminationGracePeriodSeconds: 30,
      ...(!perNode && {
        topologySpreadConstraints: [spreadOver('kubernetes.io/hostname', peerSelector(group))],
        affinity: apartInZones(peerSelector(group)),
      }),
      ...placement(spec),
      containers: [
        {
          name: 'peer',
          image: spec.image ?? image,
          imagePullPolicy: 'IfNotPresent',
          args: ['server', '--config', `${CONFIG_DIR}/${CONFIG_KEY}`],
          // What the peer is called: a DaemonSet's pods have no names that last.
          env: [
            {
              name: 'POD_NAME',
              valueFrom: { fieldRef: { fieldPath: perNode ? 'spec.nodeName' : 'metadata.name' } },
            },
          ],
          ports: [
            { name: 'ping', containerPort: PING_PORT },
            { name: 'admin', containerPort: ADMIN_PORT },
          ],
          resources: { requests: quantities(resources.requests), limits: quantities(resources.limits) },
          // Asked every second until the first yes, so that a new peer counts as soon as it answers.
          startupProbe: { ...probe('/readyz'), periodSeconds: 1, failureThreshold: 60 },
          readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 3 },
          volumeMounts: [
            { name: 'config', mountPath: CONFIG_DIR, readOnly: true },
            ...(tls ? [{ name: 'tls', mountPath: TLS_DIR, readOnly: true }] : []),
          ],
        },
      ],
      volumes: [
        { name: 'config', configMap: { name: configMap } },
        ...(tls ? [{ name: 'tls', secret: tlsSecret(group, spec) }] : []),
      ],
    }),
  };
}

/** Of a Secret that all groups of the namespace share, only the group's own keys. */
function tlsSecret(group: string, { tls }: CompletePeerGroupSpec): k8s.SecretVolumeSource {
  const [secretName, own] = tls.issuerRef === undefined ? [TLS_SECRET, group] : [issuedSecretName(group), 'tls'];
  const items = [`${own}.crt`, `${own}.key`, TLS_CA_BUNDLE_KEY];
  const paths = [TLS_CERTIFICATE, TLS_PRIVATE_KEY, TLS_CA];
  return { secretName, items: items.map((key, i) => ({ key, path: paths[i]!.slice(TLS_DIR.length + 1) })) };
}

function placement(spec: CompletePeerGroupSpec): Partial<k8s.PodSpec> {
  const { nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets } = spec;
  return {
    ...(nodeSelector && { nodeSelector: sorted(nodeSelector) }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClassName && { priorityClassName }),
    ...(imagePullSecrets && { imagePullSecrets }),
  };
}

function probe(path: string): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('admin') }, timeoutSeconds: 3 };
}

function spreadOver(topologyKey: string, matchLabels: Labels): k8s.TopologySpreadConstraint {
  return { topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } };
}

/**
 * Zones by affinity, not by a second constraint: where nodes lack one constraint's label the scheduler ignores all preferred
 * ones on them, and peers of a cluster without zones would not even be spread over its nodes.
 */
function apartInZones(matchLabels: Labels): k8s.Affinity {
  const podAffinityTerm = { topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels } };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/** In the order of their names, so that a manifest's order of keys restarts nothing. */
function quantities(amounts: Quantities | undefined): { [name: string]: k8s.Quantity } | undefined {
  const entries = Object.entries(sorted(amounts ?? {}));
  return (
    amounts && Object.fromEntries(entries.map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]))
  );
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
