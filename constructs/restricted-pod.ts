import type { k8s } from 'cdk8s-plus-28';

/** User and group of every process that we run: distroless images' `nonroot`. */
const NONROOT = 65532;

/**
 * Security settings of a pod under the Pod Security level `restricted`
 * (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
export const POD_SECURITY: k8s.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: NONROOT,
  runAsGroup: NONROOT,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Security settings of each of its containers; stricter than `restricted` in the read-only root. */
export const CONTAINER_SECURITY: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};

/** A pod without its security settings, which {@link restrictedPod} writes. */
export type UnsecuredPodSpec = Omit<
  k8s.PodSpec,
  'securityContext' | 'automountServiceAccountToken' | 'enableServiceLinks' | 'containers' | 'initContainers'
> & { readonly containers: readonly UnsecuredContainer[]; readonly initContainers?: readonly UnsecuredContainer[] };

type UnsecuredContainer = Omit<k8s.Container, 'securityContext'>;

/** Who a pod's processes are, where that is not up to us. */
export type PodUser = Pick<k8s.PodSecurityContext, 'runAsUser' | 'runAsGroup' | 'fsGroup'>;

/**
 * The pod with the security settings that every pod of ours has: `restricted`, read-only root, no token of the API
 * server, no environment variables that name the namespace's other Services.
 */
export function restrictedPod({ initContainers, ...pod }: UnsecuredPodSpec, user: PodUser = {}): k8s.PodSpec {
  return {
    ...pod,
    ...(initContainers && { initContainers: initContainers.map(restricted) }),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ...POD_SECURITY, ...user },
    containers: pod.containers.map(restricted),
  };
}

function restricted(container: UnsecuredContainer): k8s.Container {
  return { ...container, securityContext: CONTAINER_SECURITY };
}
