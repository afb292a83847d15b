import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { OPERATOR_SELECTOR, selectorText } from '../constructs/labels.ts';
import { FIELD_MANAGER, LABEL_LEADER_ELECTION, LEASE_NAME } from '../constructs/names.ts';
import { EarlierVersions } from './earlier-versions.ts';
import type { Flags } from './flags/read-flags.ts';
import { KubeClient } from './kube/client.ts';
import type { Credentials } from './kube/credentials.ts';
import type { EventRecorder } from './kube/event-recorder.ts';
import { LeaderElector } from './kube/leader/elector.ts';
import type { LeaseFence } from './kube/leader/fence.ts';
import { pause } from './kube/pause.ts';
import { Transport } from './kube/transport.ts';
import { OtherOperators } from './other-operators.ts';
import type { Logger } from './runtime/logger.ts';
import type { Metrics } from './runtime/metrics.ts';

export interface LeadershipOptions {
  readonly election: NonNullable<Flags['election']>;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly metrics: Metrics;
  readonly events: () => EventRecorder;
  readonly log: Logger;
  /** Whether it is to look after all namespaces, and so to be the only operator that does. */
  readonly isClusterWide: boolean;
  /** The lease is lost: the process must end. */
  readonly onLost: () => void;
}

/** Whether this process may write. */
export interface Leadership {
  /** Undefined: there is no election, and nothing holds writes back. */
  readonly fence: LeaseFence | undefined;
  /** Runs for the lease until `stop` aborts. Resolves when this process may begin to write. */
  readonly acquire: (stop: AbortSignal) => Promise<void>;
  /** What keeps it from leading although it holds the Lease: a clause; undefined: nothing. */
  readonly hindrance: () => string | undefined;
  /** No more writes; another process may begin. */
  readonly release: () => Promise<void>;
}

/** For a process that is alone by its user's word. */
export const ALONE: Leadership = {
  fence: undefined,
  acquire: async () => {},
  hindrance: () => undefined,
  release: async () => {},
};

/** Takes part in the election by the Lease. */
export function runForLease(options: LeadershipOptions): Leadership {
  const { credentials, userAgent, metrics, log, onLost } = options;
  const { namespace, operatorNamespace, times } = options.election;
  const identity = `${process.env.POD_NAME ?? hostname()}_${randomUUID()}`;
  const connect = (maxInFlight: number) =>
    new Transport({
      ...{ credentials, userAgent, maxInFlight, timeoutMs: times.renewMs },
      onResponse: (method, code) => metrics.onRequest(method, code),
    });
  // Renewals wait behind nothing, not behind questions about others either. Neither is held back by the fence.
  const [transport, questions] = [connect(2), connect(4)];
  const client = new KubeClient(transport);
  const asking = new KubeClient(questions);
  metrics.onLeader(false);
  const elector = new LeaderElector({
    ...{ client, namespace, name: LEASE_NAME, identity, fieldManager: FIELD_MANAGER, times },
    clocks: { monotonic: () => performance.now(), wall: Date.now },
    sleep: pause,
    onHolder: (holder) => {
      if (holder !== identity)
        log.info({ holder }, holder === '' ? 'No operator holds the lease' : 'Another operator is the leader');
    },
    onFailure: (error) => log.warn({ code: error.code }, `Lease request failed, retrying: ${error.message}`),
    onRenewed: () => metrics.onLeaseRenewed(),
  });
  const ended = new AbortController();
  let holding: Promise<void> | undefined;
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name: LEASE_NAME } };
  const tell = (type: 'Normal' | 'Warning', reason: string, note: string) =>
    options.events().record({ regarding: lease, type, reason, action: 'Lead', note });

  const earlier = new EarlierVersions({
    ...{ client: asking, namespace: operatorNamespace, log, now: Date.now },
    selector: `${selectorText(OPERATOR_SELECTOR)},!${LABEL_LEADER_ELECTION}`,
  });
  const others = options.isClusterWide
    ? new OtherOperators({
        ...{ client: asking, transport: questions, namespace: operatorNamespace, log },
        warn: (note) => tell('Warning', 'OtherOperator', note),
      })
    : undefined;

  async function hold(): Promise<void> {
    const why = await elector.hold(ended.signal);
    if (why !== undefined) stepDown(`Lost the lease, stopping: ${why}`);
  }

  async function yieldToOthers(): Promise<void> {
    const why = await others?.watch(ended.signal);
    if (why !== undefined) stepDown(`Stopping: ${why}`);
  }

  function stepDown(message: string): void {
    elector.fence.close();
    metrics.onLeader(false);
    log.error(message);
    onLost();
  }

  return {
    fence: elector.fence,
    acquire: async (stop) => {
      await elector.acquire(stop);
      if (stop.aborted) return;
      holding = hold();
      await earlier.untilGone(stop);
      await others?.untilFirst(stop);
      if (stop.aborted) return;
      metrics.onLeader(true);
      log.info({ identity }, 'Became leader');
      tell('Normal', 'LeaderElection', `${identity} became leader`);
      void yieldToOthers();
    },
    hindrance: () => earlier.hindrance ?? others?.hindrance,
    release: async () => {
      ended.abort();
      await holding;
      metrics.onLeader(false);
      await elector.release();
      await Promise.all([transport.close(), questions.close()]);
    },
  };
}
