/** A command of `rollcall`: what its list of commands says, and the program that runs it. */
export interface ProgramSpec {
  readonly summary: string;
  /** Loads and runs the program, which reads its own command line. */
  readonly run: () => Promise<unknown>;
}

/** Each program is loaded only when it is asked for: a peer never loads the operator's code. */
export const COMMANDS: Readonly<Record<string, ProgramSpec>> = {
  server: { summary: 'Run a peer: answer pings, ping other peers, report.', run: () => import('../server/main.ts') },
  operator: { summary: 'Run the operator.', run: () => import('../reconciler/main.ts') },
  peers: {
    summary: 'Run peers on this machine that ping each other, without a cluster.',
    run: () => import('./peers.ts'),
  },
  verify: { summary: 'Wait until all links of PeerGroups are up.', run: () => import('./verify.ts') },
};
