import type { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdminApp } from './admin-app.ts';
import { Askers } from './askers.ts';
import type { Config } from './config/config.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { FileWatcher } from './config/watch.ts';
import { Connections } from './connections.ts';
import type { Link } from './link.ts';
import { Links } from './links.ts';
import { closeGracefully, createBoundedServer, listen, serverTls } from './listen.ts';
import { type LineSink, Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { createPingApp } from './ping-app.ts';
import { Ping } from './pinger.ts';
import { placeOf } from './place.ts';
import { isoTime, reportPeer } from './report.ts';
import { keepListening, restartNeeded } from './restart-needed.ts';
import { createSystemResolver } from './system-resolver.ts';

export interface PeerServerOptions {
  readonly configFile: string;
  /** What this server is called when its config has no `name`. */
  readonly ownName: string;
  readonly version: string;
  readonly sink: LineSink;
}

/** How long what is in flight may take at the end. Milliseconds. */
const GRACE = 5_000;
/** The longest time for which a server answers `draining` before it closes. Milliseconds. */
const MAX_DRAIN = 5_000;
/** Kept connections of askers survive two of their intervals, between these bounds. Milliseconds. */
const KEEP_ALIVE = { min: 75_000, max: 600_000 };

/** The peer: answers pings, pings its peers, reports. Runs until it is stopped. */
export class PeerServer {
  readonly #options: PeerServerOptions;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #links: Links;
  readonly #askers = new Askers();
  readonly #resolver = createSystemResolver();
  readonly #watcher = new FileWatcher(() => this.reload());
  #loaded: LoadedConfig;
  #loadedAt = Date.now();
  #loadError: { readonly at: number; readonly message: string } | undefined;
  #loading: Promise<void> | undefined;
  #loadAgain = false;
  #connections: Connections;
  #pingServer: Server | undefined;
  #adminServer: Server | undefined;
  #draining = false;

  private constructor(options: PeerServerOptions, loaded: LoadedConfig) {
    this.#options = options;
    this.#loaded = loaded;
    this.#log = new Log(options.sink, () => this.#config.log);
    this.#metrics = new Metrics({ links: () => this.#links });
    this.#connections = connectionsOf(loaded);
    this.#links = new Links(
      {
        send: (peer) => this.#send(peer),
        closeIdle: (peer, socket) => this.#connections.closeIdle(peer, socket),
        intervalMs: () => this.#config.ping.intervalMs,
        onSent: (lateMs) => this.#metrics.onSent(lateMs),
        onResult: (link, result, _outcome, event) => {
          this.#metrics.onResult(link.peer.zone ?? '', result);
          this.#log.ping(link.peer, result, event);
        },
      },
      Math.random(),
    );
  }

  /**
   * Loads the config, listens and starts to ping.
   *
   * @throws {ConfigError} when the config can't be used; an Error when a port can't be listened on
   */
  static async start(options: PeerServerOptions): Promise<PeerServer> {
    const server = new PeerServer(options, await loadConfig(options.configFile, options.ownName));
    await server.#listen();
    server.#watcher.set(server.#loaded.files);
    server.#takePlace();
    server.#log.info(`Config ${server.#loaded.hash} loaded: ${server.#links.size} peers to ping`);
    return server;
  }

  get pingAddress(): AddressInfo | undefined {
    return this.#pingServer?.address() as AddressInfo | undefined;
  }

  get adminAddress(): AddressInfo | undefined {
    return this.#adminServer?.address() as AddressInfo | undefined;
  }

  get #config(): Config {
    return this.#loaded.config;
  }

  /** Reads the config and its certificates again; what can't be used is refused whole and the old goes on. */
  reload(): Promise<void> {
    this.#loadAgain = true;
    this.#loading ??= this.#reloadUntilSettled().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** What `/report` shows. */
  report(): object {
    const now = performance.now();
    const { name, ping } = this.#config;
    return {
      name,
      version: this.#options.version,
      draining: this.#draining,
      config: {
        hash: this.#loaded.hash,
        loadedAt: isoTime(this.#loadedAt),
        ...(this.#loadError && { error: { at: isoTime(this.#loadError.at), message: this.#loadError.message } }),
      },
      askers: { expected: this.#askers.expected, seen: this.#askers.seen(now, ping.intervalMs + ping.timeoutMs) },
      peers: [...this.#links].map((link: Link) => reportPeer(link, now)),
    };
  }

  /**
   * Ends gracefully: not ready and `draining` at once, then no more pings, what is in flight ends, ports close.
   *
   * @param drain false: without waiting until the askers have seen the `draining`
   */
  async stop(drain: boolean): Promise<void> {
    this.#draining = true;
    this.#watcher.close();
    this.#log.info('Draining');
    const finished = this.#links.finish();
    const { intervalMs, timeoutMs } = this.#config.ping;
    if (drain) await new Promise((resolve) => setTimeout(resolve, Math.min(intervalMs + timeoutMs, MAX_DRAIN)));
    await finished;
    this.#connections.retire();
    const servers = [this.#pingServer, this.#adminServer].filter((server) => server !== undefined);
    await Promise.all(servers.map((server) => closeGracefully(server, GRACE)));
  }

  async #listen(): Promise<void> {
    const { service, admin, name } = this.#config;
    const limits = { connections: 1_000, headerBytes: 8_192, requestTimeoutMs: 5_000 };
    const adminApp = createAdminApp({
      ready: () => !this.#draining && (this.#pingServer === undefined || this.#pingServer.listening),
      report: () => this.report(),
      metrics: () => this.#metrics.text(),
    });
    this.#adminServer = createBoundedServer(adminApp.callback(), limits);
    if (service) {
      const app = createPingApp({
        name: () => this.#config.name,
        draining: () => this.#draining,
        onPing: (requester) => this.#onPing(requester),
      });
      this.#pingServer = createBoundedServer(app.callback(), service.limits, this.#loaded.material.service);
      this.#setKeepAlive();
      const { port } = await listen(this.#pingServer, service.host, service.port);
      this.#log.info(`${name} answers pings on ${service.protocol}://${hostPort(service.host, port)}`);
    }
    try {
      const { port } = await listen(this.#adminServer, admin.host, admin.port);
      this.#log.info(`Health, metrics and report on http://${hostPort(admin.host, port)}`);
    } catch (error) {
      if (admin.required) throw error;
      this.#log.warn(`No health, metrics and report: ${(error as Error).message}; set admin.port to choose another`);
    }
  }

  #setKeepAlive(): void {
    const { min, max } = KEEP_ALIVE;
    const wanted = Math.min(max, Math.max(min, 2 * this.#config.ping.intervalMs));
    if (this.#pingServer) this.#pingServer.keepAliveTimeout = wanted;
  }

  #send(peer: Config['peers'][number]): Ping {
    return new Ping({
      peer,
      agent: this.#connections.agentFor(peer),
      lookup: this.#resolver.lookup,
      timeoutMs: this.#config.ping.timeoutMs,
      requester: this.#config.name,
    });
  }

  #onPing(requester: string): void {
    this.#metrics.onAnswered();
    this.#askers.note(requester, performance.now());
    const link = this.#links.get(requester);
    if (link && link.state.backoff > 1) link.reschedule();
  }

  async #reloadUntilSettled(): Promise<void> {
    while (this.#loadAgain && !this.#draining) {
      this.#loadAgain = false;
      try {
        this.#apply(await loadConfig(this.#options.configFile, this.#options.ownName));
      } catch (error) {
        this.#refuse((error as Error).message);
      }
    }
  }

  #refuse(message: string): void {
    if (message !== this.#loadError?.message) this.#log.error(`${message}; the config in use goes on`);
    this.#loadError = { at: Date.now(), message };
  }

  #apply(loaded: LoadedConfig): void {
    this.#loadError = undefined;
    const old = this.#loaded;
    if (loaded.hash === old.hash && loaded.materialHash === old.materialHash) return;
    for (const field of restartNeeded(old.config, loaded.config)) {
      this.#log.warn(`${field} has changed, which takes a restart; the old one goes on`);
    }
    this.#loaded = keepListening(old, loaded);
    this.#loadedAt = Date.now();
    this.#watcher.set(loaded.files);
    this.#renewConnections(old);
    this.#setKeepAlive();
    const { added, removed } = this.#takePlace();
    if (old.config.ping.intervalMs !== this.#config.ping.intervalMs) this.#links.reschedule();
    const changes = [listOf('added', added), listOf('removed', removed)].filter((text) => text !== '').join(', ');
    this.#log.info(`Config ${loaded.hash} loaded: ${changes === '' ? 'the same peers' : changes}`);
  }

  #takePlace(): { added: string[]; removed: string[] } {
    const { targets, askers } = placeOf(this.#config);
    this.#askers.set(askers);
    return this.#links.set(targets);
  }

  #renewConnections(old: LoadedConfig): void {
    const tls = this.#loaded.material.service;
    const sameFiles = old.materialHash === this.#loaded.materialHash;
    if (sameFiles && old.config.ping.connection === this.#config.ping.connection) return;
    if (tls && this.#pingServer instanceof HttpsServer) this.#pingServer.setSecureContext(serverTls(tls));
    this.#connections.retire();
    this.#connections = connectionsOf(this.#loaded);
  }
}

function connectionsOf({ config, material }: LoadedConfig): Connections {
  return new Connections(config.ping.connection === 'Reuse', material);
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
