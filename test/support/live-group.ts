import { expect } from 'chai';
import type { Connectivity } from '../../constructs/crds/peer-group/connectivity.ts';
import type { PeerGroupSpec } from '../../constructs/crds/peer-group.ts';
import { GROUP_VERSION } from '../../constructs/names.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { eventually } from './eventually.ts';

/** What a test reads of a PeerGroup's status. */
export interface LiveStatus {
  readonly generation: number;
  readonly observedGeneration: number | undefined;
  readonly connectivity: Connectivity | undefined;
  readonly connected: string | undefined;
  readonly message: string;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

/** A PeerGroup of real pods. */
export class LiveGroup {
  readonly #kubectl: Kubectl;
  readonly namespace: string;
  readonly name: string;

  constructor(kubectl: Kubectl, namespace: string, name: string) {
    this.#kubectl = kubectl;
    this.namespace = namespace;
    this.name = name;
  }

  async create(spec: PeerGroupSpec): Promise<void> {
    const metadata = { name: this.name, namespace: this.namespace };
    const input = JSON.stringify({ apiVersion: GROUP_VERSION, kind: 'PeerGroup', metadata, spec });
    await this.#kubectl(['create', '-f', '-'], { input });
  }

  async patch(spec: object): Promise<void> {
    await this.#kubectl([
      ...['-n', this.namespace, 'patch', `pg/${this.name}`, '--type=merge'],
      ...['-p', JSON.stringify({ spec })],
    ]);
  }

  async delete(): Promise<void> {
    await this.#kubectl(['-n', this.namespace, 'delete', `pg/${this.name}`, '--wait=false']);
  }

  async status(): Promise<LiveStatus> {
    const text = await this.#kubectl(['-n', this.namespace, 'get', `pg/${this.name}`, '-o', 'json']);
    const { metadata, status = {} } = JSON.parse(text);
    const connected = status.conditions?.find(({ type }: { type: string }) => type === 'Connected');
    return {
      generation: metadata.generation,
      observedGeneration: status.observedGeneration,
      connectivity: status.connectivity,
      connected: connected?.status,
      message: connected?.message ?? '',
      conditions: status.conditions ?? [],
    };
  }

  /** Waits as a user does, with `kubectl wait`, which goes by the condition's generation too. */
  async waitConnected(timeoutSeconds = 90): Promise<void> {
    const target = `pg/${this.name}`;
    const timeoutMs = (timeoutSeconds + 10) * 1_000;
    await this.#kubectl(
      ['-n', this.namespace, 'wait', '--for=condition=Connected', target, `--timeout=${timeoutSeconds}s`],
      { timeoutMs },
    );
  }

  /** Waits until Connected is so and returns the status of then. */
  async waitFor(connected: 'True' | 'False' | 'Unknown', timeoutMs: number): Promise<LiveStatus> {
    return eventually(async () => {
      const status = await this.status();
      expect(status.connected, status.message).to.equal(connected);
      return status;
    }, timeoutMs);
  }

  /** Links that fail now, as `from → to`. */
  async failing(): Promise<string[]> {
    const { connectivity } = await this.status();
    return (connectivity?.failing ?? []).map(({ from, to }) => `${from} → ${to}`).sort();
  }

  /** Reasons of the group's Events. */
  async events(): Promise<{ readonly reason: string; readonly note: string }[]> {
    const text = await this.#kubectl(['-n', this.namespace, 'get', 'events.events.k8s.io', '-o', 'json']);
    return JSON.parse(text).items.filter(
      ({ regarding }: { regarding: { kind: string; name: string } }) =>
        regarding.kind === 'PeerGroup' && regarding.name === this.name,
    );
  }
}
