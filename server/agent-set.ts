import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Peer } from './config/config.ts';
import type { TlsMaterial } from './config/material.ts';

/** How long a connection may be idle before TCP looks whether the other side is still there. Milliseconds. */
const TCP_KEEP_ALIVE = 30_000;

/**
 * Agents that all use the same certificates: one per trust policy, because a kept connection is verified only when it is
 * made, and must never serve a peer of which something else is demanded.
 */
export class AgentSet {
  readonly #agents = new Map<string, HttpAgent>();
  readonly #reuse: boolean;
  readonly #material: TlsMaterial;

  constructor(reuse: boolean, material: TlsMaterial) {
    this.#reuse = reuse;
    this.#material = material;
  }

  agentFor(peer: Peer): HttpAgent {
    const policy = policyOf(peer);
    let agent = this.#agents.get(policy);
    if (!agent) {
      agent = this.#createAgent(peer);
      this.#agents.set(policy, agent);
    }
    return agent;
  }

  /** Closes a peer's kept connection, unless a ping is under way on it. */
  closeIdle(peer: Peer, socket: Socket): void {
    const idle = this.#agents.get(policyOf(peer))?.freeSockets ?? {};
    if (Object.values(idle).some((sockets) => sockets?.includes(socket))) socket.destroy();
  }

  /** Closes what is idle, and what is in use once it is idle: pings under way end as they would have. */
  retire(): void {
    for (const agent of this.#agents.values()) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #createAgent(peer: Peer): HttpAgent {
    const options = { keepAlive: this.#reuse, keepAliveMsecs: TCP_KEEP_ALIVE, maxFreeSockets: 1 };
    if (peer.protocol === 'http') return new HttpAgent(options);
    const { service, pins } = this.#material;
    const pin = peer.acceptCert === undefined ? undefined : pins.get(peer.acceptCert);
    const ca = pin ?? (peer.kind === 'member' ? service?.clientCA : undefined);
    const client = service?.clientCA === undefined ? {} : { cert: service.certificate, key: service.privateKey };
    return new HttpsAgent({
      ...options,
      // A resumed session would skip the handshake and with it the verification that a fresh connection stands for.
      maxCachedSessions: 0,
      // A pinned certificate is trusted as it is, whoever signed it.
      secureContext: createSecureContext({ ...client, ...(ca && { ca, allowPartialTrustChain: true }) }),
    });
  }
}

function policyOf(peer: Peer): string {
  return peer.protocol === 'http' ? 'http' : `${peer.kind} ${peer.acceptCert ?? ''}`;
}
