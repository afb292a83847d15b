/** The local Kubernetes: built from source, a bare control plane without root, or a whole cluster with real nodes. */

export { ensureRequirements, type RequirementOptions } from './apt.ts';
export { type Binaries, ensureBuilt } from './binaries.ts';
export { type Cluster, findCluster } from './cluster.ts';
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
export { ClusterError, type ClusterErrorCode } from './errors.ts';
export { BUSYBOX_IMAGE, NODE_BASE_IMAGE, nodeBaseArchive, prometheusArchive } from './images.ts';
export { fakeNodes } from './kwok-nodes.ts';
export { addMetricsServer, missingForMetricsServer } from './metrics-server.ts';
export { cliProgress, type Progress, type Step, silentProgress } from './progress.ts';
export { describeMissing, describeMissingForControlPlane } from './requirements.ts';
export { type ClusterOptions, startCluster } from './start-cluster.ts';
