/** Composition root of the operator: flags → client → caches → controllers → admin server; signals. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIELD_MANAGER, PREFIX } from '../constructs/names.ts';
import packageJson from '../package.json' with { type: 'json' };
import { runCommandLine, UsageError } from '../server/process/command-line.ts';
import type { LineWriter } from '../server/process/line-writer.ts';
import { createStdout } from '../server/process/stdout.ts';
import { clusterDomainOf } from './cluster-domain.ts';
import { createComputeControllers } from './compute-job/create-controllers.ts';
import { tryParseCrashPoint } from './crash-point.ts';
import { operatorCommand } from './flags/command.ts';
import type { Flags } from './flags/read-flags.ts';
import { KubeClient } from './kube/client.ts';
import { NODES } from './kube/core-types.ts';
import { Credentials } from './kube/credentials.ts';
import { KubeconfigError, KubeError } from './kube/errors.ts';
import { EventRecorder } from './kube/event-recorder.ts';
import { Informer, type InformerContext } from './kube/informer.ts';
import { loadKubeconfig } from './kube/load-kubeconfig.ts';
import { NamespaceMemory } from './kube/namespace-memory.ts';
import type { ResourceType } from './kube/resource-type.ts';
import { Transport } from './kube/transport.ts';
import { ALONE, runForLease } from './leadership.ts';
import { certificateFromFiles, certificateOfItsOwn } from './metrics-certificate.ts';
import { type Node, transformNode } from './node-resources/node.ts';
import { createPeerGroupController } from './peer-group/controller.ts';
import { type AdminServer, startAdminServer } from './runtime/admin-server.ts';
import { KeyedRateLimiter } from './runtime/keyed-rate-limiter.ts';
import { createLogger, type Logger } from './runtime/logger.ts';
import { runManager } from './runtime/manager.ts';
import { Metrics } from './runtime/metrics.ts';
import { apiReviews, MetricsAccess } from './runtime/metrics-access.ts';
import { startMetricsServer } from './runtime/metrics-server.ts';
import { WorkQueue } from './runtime/work-queue.ts';

const IN_CLUSTER_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** The API server sends a bookmark every minute; what we wrote shows on a watch within milliseconds. */
const WATCH_TIMERS = { timeoutSeconds: 290, silenceMs: 90_000, echoMs: 10_000 };
/** From SIGTERM until the process ends, whatever is still going on. */
const SHUTDOWN_MS = 10_000;
/** Reviews of those who read metrics, in flight at most. */
const MAX_REVIEWS = 4;
/** How long a leader that is stopping finishes its reconciles before another takes over. */
const HANDOVER_MS = 800;
/** How long the end waits until the last log lines are read. */
const LAST_LINES_MS = 1_000;
/** An object that changes all the time and can't be read is logged once in this time. */
const OBJECT_FAILURE_LOG_MS = 60_000;

const monotonic = () => performance.now();

const command = operatorCommand(process.env, async (flags) => {
  const stdout = createStdout();
  try {
    await run(flags, createLogger(flags.logLevel, stdout), stdout);
  } catch (cause) {
    if (!(cause instanceof KubeconfigError)) throw cause;
    throw new UsageError(cause.message, { cause });
  }
  await stdout.drain(LAST_LINES_MS);
});
await runCommandLine(command);

async function run(flags: Flags, log: Logger, stdout: LineWriter): Promise<void> {
  const metrics = new Metrics(packageJson.version, monotonic);
  metrics.watchLinesLost(() => stdout.lost);
  const credentials = new Credentials(() => loadKubeconfig(kubeconfigChoice(flags)), monotonic);
  // Credentials that can't be had now are said at once, before anything waits for them.
  await credentials.current();
  const userAgent = `rollcall/${packageJson.version}`;
  const leadership =
    flags.election === undefined
      ? ALONE
      : runForLease({
          ...{ election: flags.election, credentials, userAgent, metrics, log },
          events: () => events,
          isClusterWide: flags.namespaces === undefined,
          onLost: () => process.exit(1),
        });
  const transport = new Transport({
    credentials,
    maxInFlight: flags.maxInFlight,
    userAgent,
    fence: leadership.fence,
    onResponse: (method, code) => metrics.onRequest(method, code),
  });
  const client = new KubeClient(transport, crashHooks(flags));
  const events = new EventRecorder({
    client,
    controller: `${PREFIX}operator`,
    instance: process.env.POD_NAME ?? hostname(),
    fieldManager: FIELD_MANAGER,
    now: Date.now,
    onDropped: (error) => {
      metrics.onEventDropped();
      log.debug({ err: error }, 'Failed to write Event');
    },
  });
  const objectFailures = new KeyedRateLimiter(OBJECT_FAILURE_LOG_MS, 1_000, monotonic);
  const informers: InformerContext = {
    client,
    random: Math.random,
    timers: WATCH_TIMERS,
    memory: new NamespaceMemory(),
    onWatchFailure: ({ plural }: ResourceType, error: unknown) => {
      const code = error instanceof KubeError ? error.code : 'UNKNOWN';
      metrics.onWatchFailure(plural, code);
      log.warn(
        { resource: plural, code },
        `Listing or watching ${plural} failed, retrying: ${(error as Error).message}`,
      );
    },
    onObjectFailure: ({ plural }: ResourceType, key: string, err: unknown) => {
      metrics.onObjectFailure(plural);
      if (!objectFailures.allow(`${plural} ${key}`)) return;
      log.error({ resource: plural, object: key, err }, `Failed to process ${plural} ${key}, ignoring the change`);
    },
  };
  // Nodes are no namespace's: with some namespaces to watch they are out of sight, and there is nothing to place jobs on.
  const nodes =
    flags.namespaces === undefined
      ? new Informer<Node>(informers, { type: NODES, listOptions: {}, transform: transformNode })
      : undefined;
  const shared = { client, informers, events, monotonic, now: Date.now };
  // A quarter of the workers is for others, whatever reconciles of one namespace wait for.
  const maxPerNamespace = Math.max(1, flags.workers - Math.max(1, Math.floor(flags.workers / 4)));
  const queue = (name: string) =>
    new WorkQueue({ now: monotonic, random: Math.random, maxPerNamespace, observer: metrics.queueObserver(name) });
  const clusterDomain = flags.clusterDomain ?? clusterDomainOf(resolvConf());
  const peerGroups = createPeerGroupController({
    ...shared,
    nodes,
    queue: queue('peergroup'),
    registry: metrics.registry,
    render: { image: flags.image, clusterDomain },
    rollOnUpgrade: flags.rollOnUpgrade,
    namespaces: flags.namespaces,
    dnsTtlMs: flags.dnsTtlMs,
    resyncMs: flags.resyncMs,
    lifetimes: { leafMs: flags.leafLifetimeMs, caMs: flags.caLifetimeMs },
  });
  const compute =
    nodes === undefined
      ? []
      : createComputeControllers({
          ...shared,
          nodes,
          queues: { nodes: queue('computenode'), jobs: queue('computejob') },
          registry: metrics.registry,
          limits: flags.nodeLimits,
          render: { image: flags.jobImage, waitImage: flags.waitImage ?? flags.jobImage, clusterDomain },
          priorities: flags.jobPriorities,
        });
  const controllers = [peerGroups, ...compute];
  const watched = [...new Set(controllers.flatMap(({ informers }) => informers))];
  metrics.watchCacheSize(() => watched.map(({ type, cache }) => ({ resource: type.plural, size: cache.size })));
  const admin = await startAdminServer({
    host: flags.adminHost,
    port: flags.adminPort,
    registry: flags.secureMetrics ? undefined : metrics.registry,
    log,
    notReady: () => [
      ...watched
        .filter(({ isSynced }) => !isSynced)
        .map(({ type, failure }) => `the cache of ${type.plural} is not synced${failure ? `: ${failure}` : ''}`),
      ...[leadership.hindrance() ?? []].flat(),
    ],
  });
  // A standby is asked for its metrics, too: reviews are posted, but write nothing, so no fence holds them back.
  const reviews = new Transport({
    ...{ credentials, userAgent, maxInFlight: MAX_REVIEWS },
    onResponse: (method, code) => metrics.onRequest(method, code),
  });
  const secured = await serveSecureMetrics(flags, reviews, metrics.registry, log);
  const ports = { adminPort: admin.port, ...(secured && { metricsPort: secured.port }) };
  log.info({ version: packageJson.version, ...ports }, 'Rollcall operator started');

  const stop = stopSignal(log);
  const leading = leadership.acquire(stop);
  const options = { workers: flags.workers, resyncMs: flags.resyncMs, metrics, log, newId: randomUUID, leading };
  const running = runManager(controllers, options, stop).then(() => events.flush());
  await Promise.race([
    running,
    aborted(stop).then(() => sleep(flags.election ? HANDOVER_MS : SHUTDOWN_MS, undefined, { ref: false })),
  ]);
  // What is still in flight ends with its connection: the next leader begins where this one stopped.
  await Promise.all([transport.close(), reviews.close()]);
  await leadership.release();
  await Promise.all([admin.close(), secured?.close()]);
  log.info('Rollcall operator stopped');
}

async function serveSecureMetrics(
  { adminHost: host, secureMetrics }: Flags,
  transport: Transport,
  registry: Metrics['registry'],
  log: Logger,
): Promise<AdminServer | undefined> {
  if (secureMetrics === undefined) return undefined;
  const { port, files } = secureMetrics;
  const certificate = files ? certificateFromFiles(files.certificate, files.privateKey) : certificateOfItsOwn(Date.now);
  const access = new MetricsAccess(apiReviews(transport), monotonic);
  return startMetricsServer({ host, port, registry, access, certificate, log });
}

function kubeconfigChoice({ kubeconfig, context }: Flags) {
  return {
    ...(kubeconfig === undefined ? {} : { file: kubeconfig }),
    ...(context === undefined ? {} : { context }),
    inCluster: process.env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(IN_CLUSTER_TOKEN),
  };
}

function crashHooks({ crashPoint }: Flags) {
  if (crashPoint === undefined) return {};
  const hooks = tryParseCrashPoint(crashPoint, () => process.kill(process.pid, 'SIGKILL'));
  if (hooks === undefined) throw new UsageError(`--crash-point must be before:N or after:N, not "${crashPoint}"`);
  return hooks;
}

function resolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Aborts at SIGTERM or SIGINT; the process ends then, in good order or not, within its time. */
function stopSignal(log: Logger): AbortSignal {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'Rollcall operator stopping');
    stop.abort();
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
  };
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  // Who started this process with a channel to it has ended, however that came about.
  process.once('disconnect', () => onSignal('SIGTERM'));
  return stop.signal;
}
