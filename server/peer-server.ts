import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigSource } from './config/config-source.ts';
import type { LoadedConfig } from './config/load.ts';
import { Connections } from './connections/connections.ts';
import { PingSender } from './connections/ping-sender.ts';
import { createSystemResolver } from './dns/system-resolver.ts';
import { PeerPorts } from './http/peer-ports.ts';
import { Links } from './links/links.ts';
import { ProberErrors } from './links/prober-errors.ts';
import { selectLinks } from './links/select-links.ts';
import { Sources } from './links/sources.ts';
import { StartLimiter } from './links/start-limiter.ts';
import { listNames } from './log/list-names.ts';
import { type LineSink, Log } from './log/log.ts';
import { configSources } from './metrics/config-sources.ts';
import { Metrics } from './metrics/metrics.ts';
import type { Config } from './protocol/config.ts';
import type { SummaryReport } from './protocol/summary-report.ts';
import { ChangeSignal } from './report/change-signal.ts';
import { type FullReport, fullReport } from './report/full-report.ts';
import type { PeerState } from './report/peer-state.ts';
import { summaryReport } from './report/summarize.ts';
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

/** The longest time for which a server answers `draining` before it closes. Milliseconds. */
const MAX_DRAIN = 5_000;
/** How long pings in flight may take to end after that: a timeout may be hours, a pod's grace period is 30 s. */
const MAX_FINISH = 10_000;
/** What a ping costs, roughly in units of 0.1 ms of CPU: on a kept connection, a new one, a new one with a handshake. */
const COST = { kept: 1, http: 2, https: 20 };
/** So much is started in one turn of the event loop at most. */
const COST_PER_TURN = 40;

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
  readonly #startLimiter = new StartLimiter(COST_PER_TURN);
  readonly #clock: Clock;
  readonly #time: WallTime;
  readonly #connections: Connections;
  readonly #ports = new PeerPorts();
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
    const resolve = (host: string, everything: boolean) => resolver.resolve(host, everything);
    this.#source = source;
    this.#log = new Log(sink, () => this.#config.log);
    const { config, material } = source.current;
    this.#connections = new Connections(config.ping.connection === 'Reuse', material, {
      clock,
      random,
      resolve,
      maxAgeMs: () => this.#config.ping.maxConnectionAgeMs,
    });
    this.#metrics = new Metrics({
      version,
      now: () => clock.now(),
      links: () => this.#links,
      proberErrors: () => this.#proberErrors.counts,
      askers: () => this.#sourcesNow(),
      ...configSources(source, clock, this.#time),
      linesLost: () => sink.lost ?? 0,
    });
    const sender = new PingSender({
      connections: this.#connections,
      clock,
      resolve,
      requester: () => ({ name: this.#config.name, version }),
      timeoutMs: () => this.#config.ping.timeoutMs,
      onStale: () => this.#metrics.onStale(),
    });
    this.#links = new Links(
      {
        clock,
        pace: (peer, kept, task) => this.#startLimiter.run(kept ? COST.kept : COST[peer.protocol], task),
        send: (peer, kept) => sender.send(peer, kept),
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
    return this.#ports.pingAddress;
  }

  get adminAddress(): AddressInfo | undefined {
    return this.#ports.adminAddress;
  }

  /** Reads the config and its certificates again; what can't be used is refused whole and the old goes on. */
  reload(): Promise<void> {
    return this.#source.reload();
  }

  /** What `/report` shows. */
  report(): FullReport {
    return fullReport(this.#state());
  }

  /** What `/report/brief` shows. */
  summary(): SummaryReport {
    return summaryReport(this.#state());
  }

  /**
   * Ends gracefully: not ready and `draining` at once, no more pings, what is in flight ends, ports close.
   *
   * @param drain false: without waiting until those who ping have seen the `draining`
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
    await this.#ports.close();
  }

  #state(): PeerState {
    return {
      version: this.#version,
      draining: this.#draining,
      source: this.#source,
      askers: this.#sourcesNow(),
      links: this.#links,
      now: this.#clock.now(),
      time: this.#time,
    };
  }

  get #config(): Config {
    return this.#source.current.config;
  }

  #sourcesNow(): { expected: number; seen: number } {
    const { intervalMs, timeoutMs } = this.#config.ping;
    return { expected: this.#sources.expected, seen: this.#sources.seen(this.#clock.now(), intervalMs + timeoutMs) };
  }

  async #listen(): Promise<void> {
    const { service, admin, ping } = this.#config;
    const onFailure = (message: string) => this.#log.error(message);
    if (service) {
      const context = {
        name: () => this.#config.name,
        draining: () => this.#draining,
        onPing: (requester: string) => this.#onPing(requester),
        brief: () => this.summary(),
        changes: this.#changes,
        onFailure,
      };
      await this.#ports.openPing(service, this.#source.current.material.service, context, this.#log);
      this.#ports.setInterval(ping.intervalMs);
    }
    const context = {
      ready: () => !this.#draining && this.#ports.isAnswering,
      report: () => this.report(),
      metrics: () => this.#metrics.text(),
      onFailure,
    };
    await this.#ports.openAdmin(admin, context, this.#log);
  }

  #begin(): void {
    this.#selectLinks();
    this.#log.info(`Configuration ${this.#source.current.hash} loaded: ${this.#links.size} peers to ping`);
    this.#source.follow({
      onChange: (old, ignored) => this.#follow(old, ignored),
      onRejected: (message) => {
        this.#log.error(`${message}; keeping the previous configuration`);
        this.#changes.change();
      },
    });
  }

  #onPing(requester: string): void {
    this.#metrics.onAnswered();
    this.#sources.note(requester, this.#clock.now());
    const link = this.#links.get(requester);
    if (link && link.state.backoff > 1) link.reschedule();
  }

  #follow(old: LoadedConfig, ignored: readonly string[]): void {
    for (const field of ignored) this.#log.warn(`${field} changed but requires a restart; keeping the previous value`);
    this.#renewConnections(old);
    this.#ports.setInterval(this.#config.ping.intervalMs);
    const changes = this.#selectLinks();
    this.#links.reschedule();
    this.#changes.change();
    this.#log.info(
      `Configuration ${this.#source.current.hash} loaded: ${changes === '' ? 'peers unchanged' : changes}`,
    );
  }

  /** @returns what that changed, in words; empty when nothing did */
  #selectLinks(): string {
    const { targets, sources } = selectLinks(this.#config);
    this.#sources.set(sources);
    const { added, removed } = this.#links.set(targets);
    this.#metrics.onConfig(added.length, removed.length);
    return [listNames('added', added), listNames('removed', removed)].filter((text) => text !== '').join(', ');
  }

  /** New certificates and keys: new connections use them; pings under way end on the old ones. */
  #renewConnections(old: LoadedConfig): void {
    const { material, materialHash } = this.#source.current;
    if (materialHash === old.materialHash && this.#config.ping.connection === old.config.ping.connection) return;
    this.#ports.setMaterial(material.service);
    const peers = Array.from(this.#links, ({ peer }) => peer);
    this.#connections.renew(this.#config.ping.connection === 'Reuse', material, peers);
  }
}
