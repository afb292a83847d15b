import { k8s } from 'cdk8s-plus-28';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { type Labels, peerLabels, peerSelector } from './labels.ts';
import { ADMIN_PORT, CONFIG_DIR, CONFIG_KEY, PING_PORT } from './names.ts';
import { restrictedPod } from './restricted-pod.ts';

type Quantities = NonNullable<NonNullable<CompletePeerGroupSpec['resources']>['limits']>;

/** Requests equal limits (QoS Guaranteed), but for disk: what is kept of a container's log counts against that. */
const DEFAULT_RESOURCES = {
  requests: { cpu: '100m', memory: '96Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '100m', memory: '96Mi', 'ephemeral-storage': '512Mi' },
};

export interface PeerPodProps {
  /** The group's name. */
  readonly group: string;
  readonly image: string;
  readonly resources?: CompletePeerGroupSpec['resources'];
  /** Name of the ConfigMap that holds the config. */
  readonly configMap: string;
}

/** Pod template of a group's peers. Nothing in it comes from what changes without a restart. */
export function peerPod({ group, image, resources = DEFAULT_RESOURCES, configMap }: PeerPodProps): k8s.PodTemplateSpec {
  return {
    metadata: { labels: peerLabels(group) },
    spec: restrictedPod({
      serviceAccountName: group,
      terminationGracePeriodSeconds: 30,
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((key) =>
        spreadOver(key, peerSelector(group)),
      ),
      containers: [
        {
          name: 'peer',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['server', '--config', `${CONFIG_DIR}/${CONFIG_KEY}`],
          env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          ports: [
            { name: 'ping', containerPort: PING_PORT },
            { name: 'admin', containerPort: ADMIN_PORT },
          ],
          resources: { requests: quantities(resources.requests), limits: quantities(resources.limits) },
          // Asked every second until the first yes, so that a new peer counts as soon as it answers.
          startupProbe: { ...probe('/readyz'), periodSeconds: 1, failureThreshold: 60 },
          readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 3 },
          volumeMounts: [{ name: 'config', mountPath: CONFIG_DIR, readOnly: true }],
        },
      ],
      volumes: [{ name: 'config', configMap: { name: configMap } }],
    }),
  };
}

function probe(path: string): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('admin') }, timeoutSeconds: 3 };
}

function spreadOver(topologyKey: string, matchLabels: Labels): k8s.TopologySpreadConstraint {
  return { topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } };
}

/** In the order of their names, so that a manifest's order of keys restarts nothing. */
function quantities(amounts: Quantities | undefined): { [name: string]: k8s.Quantity } | undefined {
  return (
    amounts &&
    Object.fromEntries(
      Object.entries(amounts)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]),
    )
  );
}
