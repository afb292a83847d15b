import { join } from 'node:path';
import { ensureModule } from './build.ts';
import type { Cluster } from './cluster.ts';
import { goModule, requiredVersion } from './go-module.ts';
import { ensureProgramArchive } from './images.ts';
import { inStep, type Progress } from './progress.ts';
import { describeMissingGo } from './requirements.ts';

const VERSION = requiredVersion(goModule('metrics-server').dir, 'sigs.k8s.io/metrics-server').slice(1);
const IMAGE = `localhost/metrics-server:${VERSION}`;
const NAME = 'metrics-server';
const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': NAME };
const PORT = 10250;

/** Why metrics-server can't be built here; none when it can. */
export function missingForMetricsServer(): Promise<string[]> {
  return describeMissingGo(NAME);
}

/**
 * Adds metrics-server to a running cluster, built first where it isn't in the cache, and returns when the API answers for
 * it: `kubectl top` and HorizontalPodAutoscalers have something to go by from then on.
 *
 * @returns takes it away again
 */
export async function addMetricsServer(cluster: Cluster, progress: Progress): Promise<() => Promise<void>> {
  const source = join(await ensureModule(NAME, progress), NAME);
  const archive = await ensureProgramArchive({ reference: IMAGE, source, target: `/${NAME}` }, progress);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects() });
  await inStep(progress, 'Starting metrics-server', async () => {
    await cluster.load(archive);
    await cluster.kubectl(['apply', '-f', '-'], { input });
    await cluster.kubectl(['wait', '--for=condition=Available', '--timeout=90s', 'apiservice/v1beta1.metrics.k8s.io']);
  });
  return async () => {
    await cluster.kubectl(['delete', '-f', '-'], { input });
  };
}

/** As metrics-server's own manifests have it, but that it checks the kubelets' certificates. */
function objects(): object[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inSystem(NAME) },
    clusterRole('system:aggregated-metrics-reader', ['metrics.k8s.io'], ['pods', 'nodes'], {
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
    }),
    clusterRole('system:metrics-server', [''], ['nodes/metrics', 'pods', 'nodes']),
    binding('ClusterRoleBinding', { name: 'system:metrics-server' }, 'ClusterRole', 'system:metrics-server'),
    binding('ClusterRoleBinding', { name: `${NAME}:system:auth-delegator` }, 'ClusterRole', 'system:auth-delegator'),
    binding('RoleBinding', inSystem(`${NAME}-auth-reader`), 'Role', 'extension-apiserver-authentication-reader'),
    deployment(),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...inSystem(NAME), labels: LABELS },
      spec: { selector: LABELS, ports: [{ name: 'https', port: 443, targetPort: 'https' }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io', labels: LABELS },
      spec: {
        service: { name: NAME, namespace: NAMESPACE },
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        insecureSkipTLSVerify: true, // it signs its own certificate
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ];
}

function deployment(): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...inSystem(NAME), labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: NAME,
          priorityClassName: 'system-cluster-critical',
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container()],
          volumes: [
            { name: 'tmp', emptyDir: {} },
            { name: 'cluster-ca', configMap: { name: 'kube-root-ca.crt' } },
          ],
        },
      },
    },
  };
}

function container(): object {
  const probe = (path: string) => ({ httpGet: { path, port: 'https', scheme: 'HTTPS' } });
  return {
    name: NAME,
    image: IMAGE,
    imagePullPolicy: 'Never',
    args: [
      `--secure-port=${PORT}`,
      '--cert-dir=/tmp',
      '--kubelet-preferred-address-types=InternalIP',
      '--kubelet-use-node-status-port',
      '--kubelet-certificate-authority=/etc/cluster-ca/ca.crt',
      '--metric-resolution=15s',
    ],
    ports: [{ name: 'https', containerPort: PORT }],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2 },
    livenessProbe: probe('/livez'),
    resources: { requests: { cpu: '50m', memory: '100Mi' } },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'cluster-ca', mountPath: '/etc/cluster-ca', readOnly: true },
    ],
  };
}

function clusterRole(
  name: string,
  apiGroups: readonly string[],
  resources: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, labels },
    rules: [{ apiGroups, resources, verbs: ['get', 'list', 'watch'] }],
  };
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', metadata: object, roleKind: string, role: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: role },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
  };
}

function inSystem(name: string): { name: string; namespace: string } {
  return { name, namespace: NAMESPACE };
}
