import { join } from 'node:path';
import { PAUSE_IMAGE } from './images.ts';
import { type NetworkPlan, nodeAddress, nodePodCidr } from './network-plan.ts';

/** One node of a cluster. */
export interface NodeSpec {
  /** As Kubernetes knows it. */
  readonly name: string;
  /** Counted from 1. */
  readonly number: number;
  /** Its folder of state. */
  readonly dir: string;
  readonly cgroup: string;
  readonly plan: NetworkPlan;
  /** The cluster's folder, which has PKI and kubeconfigs. */
  readonly clusterDir: string;
  readonly cniPlugins: string;
}

/** The configuration files that a node's programs are started with, by name in the node's folder. */
export function nodeFiles(node: NodeSpec): Readonly<Record<string, string>> {
  return {
    'containerd.toml': containerdConfig(node),
    'cni/10-pods.conflist': json(cniConfig(node)),
    'kubelet.json': json(kubeletConfig(node)),
    'kube-proxy.json': json(kubeProxyConfig(node)),
    'resolv.conf': '# no upstream: the cluster answers for its own names only\n',
  };
}

function containerdConfig({ dir, cniPlugins }: NodeSpec): string {
  return `version = 2
root = "${join(dir, 'containerd')}"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]  # it would make /opt/containerd
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # without CAP_SYS_RESOURCE runc may not lower oom_score_adj, and dies without a word when told to
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniPlugins}"
    conf_dir = "${join(dir, 'cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

/** Every pod on a point-to-point link: all its traffic is routed, so Services work without the kernel's br_netfilter. */
function cniConfig({ plan, number }: NodeSpec): object {
  const ranges = [[{ subnet: nodePodCidr(plan, number) }]];
  const ipam = { type: 'host-local', ranges, routes: [{ dst: '0.0.0.0/0' }] };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [{ type: 'ptp', ipMasq: false, ipam }] };
}

function kubeletConfig({ name, number, dir, cgroup, plan, clusterDir }: NodeSpec): object {
  const pki = (file: string) => join(clusterDir, 'pki', file);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: nodeAddress(plan, number),
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki(`${name}.crt`),
    tlsPrivateKeyFile: pki(`${name}.key`),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [plan.dns],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    resolvConf: join(dir, 'resolv.conf'),
    volumePluginDir: join(dir, 'volume-plugins'), // the default is made below /usr
    imageGCHighThresholdPercent: 100, // never: there is no registry to get an image back from
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
    },
    healthzBindAddress: '127.0.0.1',
    oomScoreAdj: 0, // lowering it needs CAP_SYS_RESOURCE
  };
}

function kubeProxyConfig({ name, plan, clusterDir }: NodeSpec): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: join(clusterDir, 'proxy.kubeconfig') },
    mode: 'nftables',
    clusterCIDR: plan.podCidr,
    hostnameOverride: name,
    bindAddress: '0.0.0.0',
    metricsBindAddress: '127.0.0.1:10249',
    oomScoreAdj: 0,
    // Conntrack's limits are the whole machine's: leave them alone.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
