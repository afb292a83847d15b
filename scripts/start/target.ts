/** Where `npm start` shows Rollcall. */
export type Target =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'context'; readonly name: string }
  /** This machine has a tool that makes clusters; the user only has to say so. */
  | { readonly kind: 'suggestion'; readonly command: string }
  /** No cluster to be had: plain processes, and two lines that say what is missing. */
  | { readonly kind: 'peers'; readonly missing: readonly [string, string] };

/** What the choice depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Whether a command is on PATH. */
  has(command: string): boolean;
}

const CLUSTER_TOOLS = {
  kind: 'kind create cluster --name rollcall && npm start -- --context kind-rollcall --yes',
  k3d: 'k3d cluster create rollcall && npm start -- --context k3d-rollcall --yes',
  minikube: 'minikube start --profile rollcall && npm start -- --context rollcall --yes',
} as const;

/** The context that was asked for, else the embedded cluster where it can run, else the best that this machine can do. */
export function chooseTarget(context: string | undefined, machine: Machine): Target {
  if (context !== undefined) return { kind: 'context', name: context };
  if (machine.platform === 'linux' && machine.isRoot) return { kind: 'embedded' };
  for (const [tool, command] of Object.entries(CLUSTER_TOOLS)) {
    if (machine.has(tool)) return { kind: 'suggestion', command };
  }
  const embedded =
    machine.platform === 'linux'
      ? 'The embedded Kubernetes needs root: sudo npm start.'
      : 'The embedded Kubernetes needs Linux and root.';
  return {
    kind: 'peers',
    missing: [
      embedded,
      'Any other cluster works too: install kind, k3d or minikube, or use an existing one: npm start -- --context NAME',
    ],
  };
}
