import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigSource } from './config/config-source.ts';
import type { LoadedConfig } from './config/load.ts';
import { Connections } from './connections/connections.ts';
import type { Resolution } from './dns/resolver.ts';
import { createSystemResolver } from './dns/system-resolver.ts';
import { createAdminApp } from './http/admin-app.ts';
import { closeGracefully, createBoundedServer, listen, serverTls } from './http/listen.ts';
import { createPingApp } from './http/ping-app.ts';
import { Links } from './links/links.ts';
import { ProberErrors } from './links/prober-errors.ts';
import { selectLinks } from './links/select-links.ts';
import { Sources } from './links/sources.ts';
import { StartLimiter } from './links/start-limiter.ts';
import { type LineSink, Log } from './log/log.ts';
import { Metrics } from './metrics/metrics.ts';
import { Ping } from './ping/ping.ts';
import { type PingTarget, pingTarget } from './ping/ping-target.ts';
import type { Config, Limits, Peer } from './protocol/config.ts';
import type { SummaryReport } from './protocol/summary-report.ts';
import { ChangeSignal } from './report/change-signal.ts';
import { type FullReport, reportPeer } from './report/full-report.ts';
import { summarizeLinks, summarizeTls } from './report/summarize.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { WallTime } from './time/wall-time.ts';

export interface PeerServerOptions {
  readonly configFile: string;
  /** What this server is called when its config has no `name`. */
  readonly ownName: string;
  readonly version: string;
  readonly sink: LineSink;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** From 0 to just under 1. Default: Math.random. */
  readonly random?: () => number;
}

/** How long what is in flight may take at the end. Milliseconds. */
const GRACE = 5_000;
/** The longest time for which a server answers `draining` before it closes. Milliseconds. */
const MAX_DRAIN = 5_000;
/** How long pings in flight may take to end after that: a timeout may be hours, a pod's grace period is 30 s. */
const MAX_FINISH = 10_000;
/** Kept connections of askers survive two of their intervals, between these bounds. Milliseconds. */
const KEEP_ALIVE = { min: 75_000, max: 600_000 };
/** What a ping costs, roughly in units of 0.1 ms of CPU: on a kept connection, a new one, a new one with a handshake. */
const COST = { kept: 1, http: 2, https: 20 };
/** So much is started in one turn of the event loop at most. */
const COST_PER_TURN = 40;
const ADMIN_LIMITS: Limits = { connections: 1_000, headerBytes: 8_192, requestTimeoutMs: 5_000 };

/** The peer: answers pings, pings its peers, reports. Runs until it is stopped. */
export class PeerServer {
  readonly #version: string;
  readonly #source: ConfigSource;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #links: Links;
  readonly #sources = new Sources();
  readonly #proberErrors = new ProberErrors();
  readonly #changes: ChangeSignal;
  readonly #pacer = new StartLimiter(COST_PER_TURN);
  readonly #clock: Clock;
  readonly #time: WallTime;
  readonly #resolve: (host: string, everything: boolean) => Promise<Resolution>;
  /** Of the peers of the present config. */
  #targets = new WeakMap<Peer, PingTarget>();
  readonly #connections: Connections;
  #pingServer: Server | undefined;
  #adminServer: Server | undefined;
  #draining = false;

  /**
   * Loads the config, listens and starts to ping.
   *
   * @throws {ConfigError} when the config can't be used; an Error when a port can't be listened on
   */
  static async start(options: PeerServerOptions): Promise<PeerServer> {
    const server = new PeerServer(options, await ConfigSource.open(options.configFile, options.ownName, options.clock));
    await server.#listen();
    server.#begin();
    return server;
  }

  private constructor(options: PeerServerOptions, source: ConfigSource) {
    const { version, sink, clock = systemClock, random = Math.random } = options;
    this.#version = version;
    this.#clock = clock;
    this.#changes = new ChangeSignal(clock);
    this.#time = new WallTime(clock);
    const resolver = createSystemResolver(clock);
    this.#resolve = (host, everything) => resolver.resolve(host, everything);
    this.#source = source;
    this.#log = new Log(sink, () => this.#config.log);
    const { config, material } = source.current;
    this.#connections = new Connections(config.ping.connection === 'Reuse', material, {
      clock,
      random,
      resolve: this.#resolve,
      maxAgeMs: () => this.#config.ping.maxConnectionAgeMs,
    });
    this.#metrics = new Metrics({
      version,
      now: () => clock.now(),
      links: () => this.#links,
      proberErrors: () => this.#proberErrors.counts,
      askers: () => this.#sourcesNow(),
      config: () => ({
        hash: source.current.hash,
        loadedAt: this.#time.at(source.loadedAt),
        ageMs: clock.now() - source.loadedAt,
        refused: source.failure !== undefined,
        intervalMs: this.#config.ping.intervalMs,
      }),
      linesLost: () => sink.lost ?? 0,
      certificate: () => {
        const { service } = source.current.material;
        return service && new X509Certificate(service.certificate);
      },
    });
    this.#links = new Links(
      {
        clock,
        pace: (peer, kept, task) => this.#pacer.run(kept ? COST.kept : COST[peer.protocol], task),
        send: (peer, kept) => this.#send(peer, kept),
        closeIdle: (peer, socket) => this.#connections.closeIdle(peer, socket),
        intervalMs: () => this.#config.ping.intervalMs,
        lossThreshold: () => this.#config.ping.lossThresholdPercent,
        linkCount: () => this.#links.size,
        onSent: (lateMs) => this.#metrics.onSent(lateMs),
        onMissed: (lateMs) => this.#metrics.onMissed(lateMs),
        onResult: ({ peer }, result, outcome, event) => {
          this.#metrics.onResult(peer.zone ?? '', result, outcome, event);
          const news = this.#proberErrors.note(result, this.#clock.now(), this.#config.ping.intervalMs);
          if (news !== undefined) this.#log.warn(news);
          this.#log.ping(peer, result, event);
          if (event.type !== 'none' && event.type !== 'reply') this.#changes.change();
        },
      },
      random(),
    );
  }

  get pingAddress(): AddressInfo | undefined {
    return this.#pingServer?.address() as AddressInfo | undefined;
  }

  get adminAddress(): AddressInfo | undefined {
    return this.#adminServer?.address() as AddressInfo | undefined;
  }

  /** Reads the config and its certificates again; what can't be used is refused whole and the old goes on. */
  reload(): Promise<void> {
    return this.#source.reload();
  }

  /** What `/report` shows. */
  report(): FullReport {
    const { current, loadedAt, failure } = this.#source;
    const error = failure && { at: this.#time.iso(failure.at), message: failure.message };
    return {
      name: this.#config.name,
      version: this.#version,
      draining: this.#draining,
      config: { hash: current.hash, loadedAt: this.#time.iso(loadedAt), ...(error && { error }) },
      askers: this.#sourcesNow(),
      peers: [...this.#links].map((link) => reportPeer(link, this.#clock.now(), this.#time)),
    };
  }

  /** What `/report/brief` shows. */
  brief(): SummaryReport {
    const { current, failure } = this.#source;
    return {
      name: this.#config.name,
      version: this.#version,
      draining: this.#draining,
      config: { hash: current.hash, ...(failure && { error: failure.message }) },
      askers: this.#sourcesNow(),
      ...summarizeTls(current.material),
      ...summarizeLinks(this.#links, this.#clock.now(), this.#time),
    };
  }

  /**
   * Ends gracefully: not ready and `draining` at once, no more pings, what is in flight ends, ports close.
   *
   * @param drain false: without waiting until the askers have seen the `draining`
   */
  async stop(drain: boolean): Promise<void> {
    this.#draining = true;
    this.#changes.change();
    this.#source.close();
    this.#log.info('Draining');
    const finished = this.#links.finish();
    const { intervalMs, timeoutMs } = this.#config.ping;
    if (drain) await sleep(Math.min(intervalMs + timeoutMs, MAX_DRAIN));
    await Promise.race([finished, sleep(MAX_FINISH, undefined, { ref: false })]);
    this.#connections.retire();
    const servers = [this.#pingServer, this.#adminServer].filter((server) => server?.listening);
    await Promise.all(servers.map((server) => closeGracefully(server!, GRACE)));
  }

  get #config(): Config {
    return this.#source.current.config;
  }

  #sourcesNow(): { expected: number; seen: number } {
    const { intervalMs, timeoutMs } = this.#config.ping;
    return { expected: this.#sources.expected, seen: this.#sources.seen(this.#clock.now(), intervalMs + timeoutMs) };
  }

  async #listen(): Promise<void> {
    const { service, admin, name } = this.#config;
    if (service) {
      const app = createPingApp({
        name: () => this.#config.name,
        draining: () => this.#draining,
        onPing: (requester) => this.#onPing(requester),
        brief: () => this.brief(),
        changes: this.#changes,
        onFailure: (message) => this.#log.error(message),
      });
      this.#pingServer = createBoundedServer(app.callback(), service.limits, this.#source.current.material.service);
      this.#setKeepAlive();
      const { port } = await listen(this.#pingServer, service.host, service.port);
      this.#log.info(`${name} answers pings on ${service.protocol}://${hostPort(service.host, port)}`);
    }
    const adminApp = createAdminApp({
      ready: () => !this.#draining && this.#pingServer?.listening !== false,
      report: () => this.report(),
      metrics: () => this.#metrics.text(),
      onFailure: (message) => this.#log.error(message),
    });
    this.#adminServer = createBoundedServer(adminApp.callback(), ADMIN_LIMITS);
    try {
      const { port } = await listen(this.#adminServer, admin.host, admin.port);
      this.#log.info(`Health, metrics and report on http://${hostPort(admin.host, port)}`);
    } catch (error) {
      if (admin.required) throw error;
      this.#log.warn(`No health, metrics and report: ${(error as Error).message}; set admin.port to choose another`);
    }
  }

  #begin(): void {
    this.#selectLinks();
    this.#log.info(`Config ${this.#source.current.hash} loaded: ${this.#links.size} peers to ping`);
    this.#source.follow({
      onChange: (old, ignored) => this.#follow(old, ignored),
      onRefused: (message) => {
        this.#log.error(`${message}; the config in use goes on`);
        this.#changes.change();
      },
    });
  }

  #setKeepAlive(): void {
    const { min, max } = KEEP_ALIVE;
    const wanted = Math.min(max, Math.max(min, 2 * this.#config.ping.intervalMs));
    if (this.#pingServer) this.#pingServer.keepAliveTimeout = wanted;
  }

  #send(peer: Peer, kept: Socket | undefined): Ping {
    return new Ping({
      peer,
      target: this.#targetOf(peer),
      agent: this.#connections.agentFor(peer, kept),
      onStale: () => {
        this.#metrics.onStale();
        return this.#connections.agentForNew(peer);
      },
      onConnected: (socket, address) => this.#connections.onConnected(socket, address),
      resolve: this.#resolve,
      timeoutMs: this.#config.ping.timeoutMs,
      clock: this.#clock,
    });
  }

  #targetOf(peer: Peer): PingTarget {
    let target = this.#targets.get(peer);
    if (!target) {
      target = pingTarget(peer, { name: this.#config.name, version: this.#version });
      this.#targets.set(peer, target);
    }
    return target;
  }

  #onPing(requester: string): void {
    this.#metrics.onAnswered();
    this.#sources.note(requester, this.#clock.now());
    const link = this.#links.get(requester);
    if (link && link.state.backoff > 1) link.reschedule();
  }

  #follow(old: LoadedConfig, ignored: readonly string[]): void {
    for (const field of ignored) this.#log.warn(`${field} has changed, which takes a restart; the old one goes on`);
    this.#renewConnections(old);
    this.#setKeepAlive();
    const changes = this.#selectLinks();
    this.#links.reschedule();
    this.#changes.change();
    this.#log.info(`Config ${this.#source.current.hash} loaded: ${changes === '' ? 'the same peers' : changes}`);
  }

  /** @returns what that changed, in words; empty when nothing did */
  #selectLinks(): string {
    const { targets, sources } = selectLinks(this.#config);
    this.#sources.set(sources);
    const { added, removed } = this.#links.set(targets);
    this.#metrics.onConfig(added.length, removed.length);
    return [listOf('added', added), listOf('removed', removed)].filter((text) => text !== '').join(', ');
  }

  /** New certificates and keys: new connections use them; pings under way end on the old ones. */
  #renewConnections(old: LoadedConfig): void {
    const { material, materialHash } = this.#source.current;
    if (materialHash === old.materialHash && this.#config.ping.connection === old.config.ping.connection) return;
    if (material.service && this.#pingServer instanceof HttpsServer) {
      this.#pingServer.setSecureContext(serverTls(material.service));
    }
    const peers = Array.from(this.#links, ({ peer }) => peer);
    this.#connections.renew(this.#config.ping.connection === 'Reuse', material, peers);
  }
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `added web-5, web-6`; no more than ten by name. */
function listOf(verb: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 10).join(', ');
  return `${verb} ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
}
