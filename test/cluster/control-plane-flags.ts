import { join } from 'node:path';
import { auditLogBackups } from './kept-audit-logs.ts';

/** Everything that decides how the processes of one control plane are started. */
export interface ControlPlaneSpec {
  readonly name: string;
  /** Its folder of state: `pki/`, `etcd/`, kubeconfigs, logs. */
  readonly dir: string;
  /** The address that the API server listens on; the others listen on loopback. */
  readonly address: string;
  readonly ports: ControlPlanePorts;
  readonly serviceCidr: string;
  readonly podCidr: string;
}

export interface ControlPlanePorts {
  readonly apiServer: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** The programs of a control plane; each has a kubeconfig `NAME.kubeconfig` but for etcd and the API server itself. */
export const COMPONENTS_WITH_KUBECONFIG = ['controller-manager', 'scheduler', 'kwok', 'proxy'] as const;

export function apiServerUrl(spec: ControlPlaneSpec): string {
  return `https://${spec.address}:${spec.ports.apiServer}`;
}

export function auditLogFile(dir: string): string {
  return join(dir, 'audit.log');
}

export function etcdFlags({ dir, ports }: ControlPlaneSpec): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '--name=default',
    `--data-dir=${join(dir, 'etcd')}`,
    '--unsafe-no-fsync', // a test cluster may lose its last writes with the power
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--auto-compaction-retention=5m',
    '--log-level=warn',
  ];
}

/** @param featureGates such as `WatchList=false`; what isn't given is as it comes */
export function apiServerFlags(spec: ControlPlaneSpec, featureGates?: string): string[] {
  const pki = (file: string) => join(spec.dir, 'pki', file);
  const onLoopback = spec.address.startsWith('127.');
  return [
    `--etcd-servers=http://127.0.0.1:${spec.ports.etcd}`,
    `--bind-address=${spec.address}`,
    `--advertise-address=${spec.address}`,
    `--secure-port=${spec.ports.apiServer}`,
    `--service-cluster-ip-range=${spec.serviceCidr}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    // The second one demands the permission that a stricter cluster asks for before blockOwnerDeletion may be set.
    '--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement',
    ...(featureGates === undefined ? [] : [`--feature-gates=${featureGates}`]),
    '--allow-privileged=true',
    '--anonymous-auth=false',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki('sa.pub')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    `--kubelet-client-certificate=${pki('kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--requestheader-client-ca-file=${pki('front.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki('front-client.crt')}`,
    `--proxy-client-key-file=${pki('front-client.key')}`,
    `--audit-policy-file=${join(spec.dir, 'audit-policy.json')}`,
    `--audit-log-path=${auditLogFile(spec.dir)}`,
    '--audit-log-mode=blocking', // a request that was answered is in the file
    '--audit-log-maxsize=100',
    `--audit-log-maxbackup=${auditLogBackups()}`,
    // Endpoints refuse loopback addresses, so the Service "kubernetes" stays without one there.
    onLoopback ? '--endpoint-reconciler-type=none' : '--enable-aggregator-routing=true',
  ];
}

export function controllerManagerFlags(spec: ControlPlaneSpec): string[] {
  const pki = (file: string) => join(spec.dir, 'pki', file);
  return [
    ...delegated(spec, 'controller-manager'),
    `--secure-port=${spec.ports.controllerManager}`,
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    '--controllers=*',
    `--service-account-private-key-file=${pki('sa.key')}`,
    `--root-ca-file=${pki('ca.crt')}`,
    `--cluster-signing-cert-file=${pki('ca.crt')}`,
    `--cluster-signing-key-file=${pki('ca.key')}`,
    `--cluster-cidr=${spec.podCidr}`,
    '--allocate-node-cidrs=false',
    `--service-cluster-ip-range=${spec.serviceCidr}`,
  ];
}

export function schedulerFlags(spec: ControlPlaneSpec): string[] {
  return [...delegated(spec, 'scheduler'), `--secure-port=${spec.ports.scheduler}`, '--leader-elect=false'];
}

/** How much scheduler and controller manager may ask of the API server: what isn't given stays as they come. */
export function clientLimits(qps: number | undefined): string[] {
  return qps === undefined ? [] : [`--kube-api-qps=${qps}`, `--kube-api-burst=${qps}`];
}

/** kwok plays the kubelet of the nodes that carry its annotation, and of no others. */
export function kwokFlags(spec: ControlPlaneSpec): string[] {
  return [
    `--kubeconfig=${join(spec.dir, 'kwok.kubeconfig')}`,
    '--manage-all-nodes=false',
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--cidr=10.250.0.0/16',
    '--node-ip=127.0.0.1',
    `--node-port=${spec.ports.kwok}`,
    `--server-address=127.0.0.1:${spec.ports.kwok}`,
    '--node-lease-duration-seconds=40',
  ];
}

function delegated({ dir }: ControlPlaneSpec, component: string): string[] {
  const kubeconfig = join(dir, `${component}.kubeconfig`);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
  ];
}
