import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { TlsMaterial } from '../config/material.ts';
import { HttpProbeAgent, HttpsProbeAgent } from '../ping/probe-agent.ts';
import type { Peer } from '../protocol/config.ts';
import { checkServerIdentity } from './server-identity.ts';

/** How long a connection may be idle before TCP looks whether the other side is still there. Milliseconds. */
const TCP_KEEP_ALIVE = 30_000;

/**
 * Agents that all use the same certificates: one per trust policy, because a kept connection is verified only when it is
 * made, and must never serve a peer of which something else is demanded.
 */
export class AgentSet {
  readonly #agents = new Map<string, Agent>();
  readonly #reuse: boolean;
  readonly #material: TlsMaterial;

  constructor(reuse: boolean, material: TlsMaterial) {
    this.#reuse = reuse;
    this.#material = material;
  }

  agentFor(peer: Peer): Agent {
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

  /** Closes every idle connection to a peer's host and port. */
  closeAllIdle(peer: Peer): void {
    const idle = this.#agents.get(policyOf(peer))?.freeSockets ?? {};
    const prefix = `${peer.host}:${peer.port}:`;
    for (const [name, sockets] of Object.entries(idle)) {
      if (name.startsWith(prefix)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** Closes what is idle, and what is in use once it is idle: pings under way end as they would have. */
  retire(): void {
    for (const agent of this.#agents.values()) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #createAgent(peer: Peer): Agent {
    const keepAlive = this.#reuse && peer.expect === 'Reachable';
    const options = { keepAlive, keepAliveMsecs: TCP_KEEP_ALIVE, maxFreeSockets: 1 };
    if (peer.protocol === 'http') return new HttpProbeAgent(options);
    const { service, pins } = this.#material;
    const pin = peer.acceptCert === undefined ? undefined : pins.get(peer.acceptCert);
    const ca = pin ?? (peer.kind === 'member' ? service?.clientCA : undefined);
    const client = service?.clientCA === undefined ? {} : { cert: service.certificate, key: service.privateKey };
    return new HttpsProbeAgent({
      ...options,
      // A resumed session would skip the handshake and with it the verification that a fresh connection stands for.
      maxCachedSessions: 0,
      checkServerIdentity,
      // A pinned certificate is trusted as it is, whoever signed it.
      secureContext: createSecureContext({ ...client, ...(ca && { ca, allowPartialTrustChain: true }) }),
    });
  }
}

/** A link that must not work has agents of its own, which keep no connection: a policy may cut new ones only. */
function policyOf({ protocol, kind, acceptCert, expect }: Peer): string {
  return protocol === 'http' ? `http ${expect}` : `${kind} ${expect} ${acceptCert ?? ''}`;
}
