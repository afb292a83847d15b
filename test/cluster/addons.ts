import { COREDNS_IMAGE } from './images.ts';
import type { NetworkPlan } from './network-plan.ts';

const LABELS = { 'k8s-app': 'kube-dns' };

const COREFILE = `.:1053 {
    errors
    health :8080 {
        lameduck 2s
    }
    ready :8181
    kubernetes cluster.local in-addr.arpa {
        pods insecure
        ttl 5
    }
    prometheus :9153
    cache 5
}
`;

/** What runs in every whole cluster: kube-proxy's permission, and CoreDNS (two of it when there are two nodes). */
export function addons(plan: NetworkPlan, nodes: number): object {
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      clusterRoleBinding('kube-proxy', 'system:node-proxier', { kind: 'User', name: 'system:kube-proxy' }),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inSystem('coredns') },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'system:coredns' },
        rules: [
          { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
      clusterRoleBinding('system:coredns', 'system:coredns', {
        kind: 'ServiceAccount',
        name: 'coredns',
        namespace: 'kube-system',
      }),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: inSystem('coredns'), data: { Corefile: COREFILE } },
      corednsDeployment(Math.min(nodes, 2)),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { ...inSystem('kube-dns'), labels: LABELS },
        spec: {
          clusterIP: plan.dns,
          selector: LABELS,
          ports: [
            { name: 'dns', port: 53, targetPort: 1053, protocol: 'UDP' },
            { name: 'dns-tcp', port: 53, targetPort: 1053, protocol: 'TCP' },
          ],
        },
      },
    ],
  };
}

function corednsDeployment(replicas: number): object {
  const leave = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...inSystem('coredns'), labels: LABELS },
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          serviceAccountName: 'coredns',
          dnsPolicy: 'Default',
          priorityClassName: 'system-cluster-critical',
          tolerations: [
            { operator: 'Exists', effect: 'NoSchedule' },
            leave('node.kubernetes.io/not-ready'),
            leave('node.kubernetes.io/unreachable'),
          ],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: LABELS },
            },
          ],
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [corednsContainer()],
          volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
        },
      },
    },
  };
}

function corednsContainer(): object {
  return {
    name: 'coredns',
    image: COREDNS_IMAGE,
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 1053, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 1053 },
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/health', port: 8080 } },
    resources: { requests: { cpu: '50m', memory: '40Mi' }, limits: { memory: '170Mi' } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
}

function clusterRoleBinding(name: string, role: string, subject: object): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

function inSystem(name: string): { name: string; namespace: string } {
  return { name, namespace: 'kube-system' };
}
