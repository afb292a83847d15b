/** A cluster that is ready for the demo: the image is where its nodes find it. */
export interface DemoCluster {
  /** kubectl with the flags that pick the cluster. */
  readonly kubectl: readonly string[];
  /** Image for the operator and its peers. @default the one that dist/ names */
  readonly image?: string;
  /** Hash of what our own image is made of: pods that run another one of that name are replaced. */
  readonly imageInputs?: string;
  /** What the user sets once in a shell, for example `export KUBECONFIG=…`. */
  readonly preparation?: string;
  /** What the user types when the cluster is to go; only of one that we made. */
  readonly removal?: string;
  /** What the user types for kubectl. */
  readonly kubectlForUser: string;
}
