import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { expect } from 'chai';
import { contentHash } from '../../constructs/content-hash.ts';
import { CONFIG_KEY, LABEL_INSTANCE, PING_PORT } from '../../constructs/names.ts';
import { PODS } from '../../reconciler/kube/core-types.ts';
import { createPingApp } from '../../server/http/ping-app.ts';
import type { LinkNotUp, SummaryReport } from '../../server/protocol/summary-report.ts';
import { ChangeSignal } from '../../server/report/change-signal.ts';
import { eventually } from './eventually.ts';
import type { AnyObject, World } from './world.ts';

/** Buckets that latencies lie in; how many in which differs with every report. */
const BUCKETS = [14, 15, 16, 17];

/** What a peer without a pod reports: the real endpoint, and links that are as the test wants them. */
export class SimulatedPeer {
  readonly name: string;
  readonly changes = new ChangeSignal();
  readonly #links: number;
  readonly #down = new Map<string, LinkNotUp>();
  readonly #server: Server;
  configHash: string;
  /** Why it has refused a config. */
  configError: string | undefined;
  /** What it reports instead of the truth. */
  lie: (report: SummaryReport) => SummaryReport = (report) => report;
  /** Who answers instead of the real endpoint. */
  instead: RequestListener | undefined;
  /** Requests that it was sent. */
  requests = 0;
  /** Reports that were read from it. */
  read = 0;

  constructor(name: string, links: number, configHash: string) {
    this.name = name;
    this.#links = links;
    this.configHash = configHash;
    const app = createPingApp({
      name: () => name,
      draining: () => false,
      onPing: () => {},
      brief: () => this.#brief(),
      changes: this.changes,
      onFailure: (message) => console.error(message),
    });
    const answer = app.callback();
    this.#server = createServer((request, response) => {
      this.requests++;
      void (this.instead ?? answer)(request, response);
    });
  }

  async listen(address: string): Promise<void> {
    this.#server.listen(PING_PORT, address);
    await once(this.#server, 'listening');
  }

  /** A link of it fails from now on. */
  lose(peer: string): void {
    const failure = { phase: 'tcp', code: 'TIMEOUT', reason: 'connection timed out' };
    const now = new Date().toISOString();
    this.#down.set(peer, { peer, state: 'Down', draining: false, since: now, lastReply: now, ...failure });
    this.changes.change();
  }

  /** The link works again. */
  regain(peer: string): void {
    this.#down.delete(peer);
    this.changes.change();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #brief(): SummaryReport {
    this.read++;
    const down = this.#down.size;
    const links = this.#links;
    return this.lie({
      name: this.name,
      version: 'test',
      draining: false,
      config: { hash: this.configHash, ...(this.configError !== undefined && { error: this.configError }) },
      counts: { links, up: links - down, down, pending: 0, unresolved: 0 },
      askers: { expected: links, seen: links },
      notUp: [...this.#down.values()],
      worst: { peer: 'any', p99: 1 + Math.random() * 0.3, lossPercent: 0 },
      latency: BUCKETS.map((bucket) => [bucket, 200 + Math.floor(Math.random() * 100)] as const),
    });
  }
}

/** Pods of PeerGroups that no kubelet runs, with reports from addresses of the loopback network. */
export class SimulatedPeers {
  readonly #world: World;
  readonly #network: string;
  #addresses = 0;
  /** By the name of the pod. */
  readonly peers = new Map<string, SimulatedPeer>();

  /** @param network second number of the loopback addresses, 127.N.0.0: two at once need two */
  constructor(world: World, network: number) {
    this.#world = world;
    this.#network = `127.${network}`;
  }

  /**
   * Lets all pods of these full meshes, which have so many each, run, be Ready and report.
   *
   * @param prepare what a peer is like before it is asked for the first time
   */
  async run(
    namespace: string,
    groups: readonly string[],
    replicas: number,
    timeoutMs = 30_000,
    prepare: (peer: SimulatedPeer) => void = () => {},
  ): Promise<void> {
    const isTheirs = ({ metadata }: AnyObject) => groups.includes(metadata.labels?.[LABEL_INSTANCE] ?? '');
    const pods = await eventually(async () => {
      const found = (await this.#world.list('Pod', namespace)).filter(isTheirs);
      expect(found.length, 'pods').to.equal(groups.length * replicas);
      return found;
    }, timeoutMs);
    const hashes = await this.#configHashes(namespace);
    const work = async () => {
      for (let pod = pods.pop(); pod !== undefined; pod = pods.pop()) {
        const hash = hashes.get(pod.metadata.labels?.[LABEL_INSTANCE] ?? '') ?? '';
        const peer = new SimulatedPeer(pod.metadata.name, replicas - 1, hash);
        prepare(peer);
        this.peers.set(peer.name, peer);
        const address = this.#nextAddress();
        await peer.listen(address);
        await this.#becomeReady(pod, address);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
  }

  /** Lets the pods of a group load the config that its ConfigMap holds now. */
  async reload(namespace: string, group: string): Promise<void> {
    const hash = (await this.#configHashes(namespace)).get(group) ?? '';
    for (const peer of this.peers.values()) {
      if (!peer.name.startsWith(`${group}-`)) continue;
      peer.configHash = hash;
      peer.changes.change();
    }
  }

  close(): void {
    for (const peer of this.peers.values()) peer.close();
  }

  /** Hash of the config that each group's ConfigMap holds. */
  async #configHashes(namespace: string): Promise<Map<string, string>> {
    const configs = (await this.#world.list('ConfigMap', namespace)).filter(({ data }) => data?.[CONFIG_KEY]);
    return new Map(
      configs.map(({ metadata, data }) => [metadata.labels?.[LABEL_INSTANCE] ?? '', contentHash(data[CONFIG_KEY])]),
    );
  }

  #nextAddress(): string {
    const n = ++this.#addresses;
    return `${this.#network}.${n >> 8}.${n & 255}`;
  }

  async #becomeReady({ metadata: { name, namespace } }: AnyObject, podIP: string): Promise<void> {
    const lastTransitionTime = new Date(Date.now() - 3_600_000).toISOString();
    const status = {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }],
      containerStatuses: [
        { name: 'peer', ready: true, started: true, restartCount: 0, image: 'rollcall:test', imageID: 'rollcall:test' },
      ],
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...(namespace && { namespace }) }, status };
    await this.#world.client.apply(PODS, pod, { fieldManager: 'kubelet', subresource: 'status' });
  }
}
