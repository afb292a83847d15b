import type { Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServiceMaterial } from '../config/material.ts';
import type { AdminConfig, Limits, ServiceConfig } from '../protocol/config.ts';
import { type AdminContext, createAdminApp } from './admin-app.ts';
import { closeGracefully, createBoundedServer, listen, serverTls } from './listen.ts';
import { createPingApp, type PingContext } from './ping-app.ts';

/** How long what is in flight may take at the end. Milliseconds. */
const GRACE = 5_000;
/** Kept connections of sources survive two of their intervals, between these bounds. Milliseconds. */
const KEEP_ALIVE = { min: 75_000, max: 600_000 };
const ADMIN_LIMITS: Limits = { connections: 1_000, headerBytes: 8_192, requestTimeoutMs: 5_000 };

/** Where lines about the ports go. */
export interface PortsLog {
  info(message: string): void;
  warn(message: string): void;
}

/** The two ports of a peer: pings and the summary report for others, health, metrics and the report for its own side. */
export class PeerPorts {
  #ping: Server | undefined;
  #admin: Server | undefined;

  get pingAddress(): AddressInfo | undefined {
    return this.#ping?.address() as AddressInfo | undefined;
  }

  get adminAddress(): AddressInfo | undefined {
    return this.#admin?.address() as AddressInfo | undefined;
  }

  /** False once the ping port has closed; a peer without one is always ready. */
  get isAnswering(): boolean {
    return this.#ping?.listening !== false;
  }

  /** @throws when the port can't be listened on */
  async openPing(service: ServiceConfig, material: ServiceMaterial | undefined, context: PingContext, log: PortsLog) {
    this.#ping = createBoundedServer(createPingApp(context).callback(), service.limits, material);
    const { port } = await listen(this.#ping, service.host, service.port);
    log.info(`Serving pings on ${service.protocol}://${hostPort(service.host, port)} as ${context.name()}`);
  }

  /** @throws when the port can't be listened on, and the config names it */
  async openAdmin(admin: AdminConfig, context: AdminContext, log: PortsLog): Promise<void> {
    this.#admin = createBoundedServer(createAdminApp(context).callback(), ADMIN_LIMITS);
    try {
      const { port } = await listen(this.#admin, admin.host, admin.port);
      log.info(`Serving health, metrics and report on http://${hostPort(admin.host, port)}`);
    } catch (error) {
      if (admin.required) throw error;
      log.warn(
        `Cannot serve health, metrics and report: ${(error as Error).message}; set admin.port to use another port`,
      );
    }
  }

  /** Kept connections last for two intervals of those who ping. */
  setInterval(intervalMs: number): void {
    const { min, max } = KEEP_ALIVE;
    if (this.#ping) this.#ping.keepAliveTimeout = Math.min(max, Math.max(min, 2 * intervalMs));
  }

  /** New connections get this certificate from now on. */
  setMaterial(material: ServiceMaterial | undefined): void {
    if (material && this.#ping instanceof HttpsServer) this.#ping.setSecureContext(serverTls(material));
  }

  /** Lets what is in flight end, and closes both. */
  async close(): Promise<void> {
    const open = [this.#ping, this.#admin].filter((server) => server?.listening);
    await Promise.all(open.map((server) => closeGracefully(server!, GRACE)));
  }
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
