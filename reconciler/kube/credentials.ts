import { createHash } from 'node:crypto';
import type { AgentOptions, RequestOptions } from 'node:https';
import type { DispatcherOptions, KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError } from './errors.ts';

/** Where the API server is and how to speak to it, for as long as it holds. */
export interface Access {
  readonly origin: string;
  /** Path in front of every API path; empty but for API servers behind a shared address. */
  readonly prefix: string;
  /** Authorization and impersonation headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connect: DispatcherOptions;
  /** Changes when connections made with the former access must not be used any more. */
  readonly fingerprint: string;
}

/** Interval at which token and certificate files are read again; client-go's is a minute. */
const REFRESH_MS = 20_000;

/**
 * Reads address, TLS material and authorization from client-node's KubeConfig, which knows about files, exec plugins and
 * OpenID Connect, and keeps them fresh: a rotated token or certificate is used without a restart.
 */
export class Credentials {
  readonly #load: () => KubeConfig;
  readonly #now: () => number;
  #config: KubeConfig;
  #access: Promise<Access> | undefined;
  #validUntil = 0;

  /** @param now monotonic milliseconds */
  constructor(load: () => KubeConfig, now: () => number) {
    this.#load = load;
    this.#now = now;
    this.#config = load();
  }

  /** The access to use now. A failed refresh (exec plugin, missing file) is thrown and tried again at the next call. */
  current(): Promise<Access> {
    if (this.#access === undefined || this.#now() >= this.#validUntil) {
      this.#validUntil = this.#now() + REFRESH_MS;
      const access = readAccess(this.#config);
      this.#access = access;
      access.catch(() => {
        if (this.#access === access) this.#access = undefined;
      });
    }
    return this.#access;
  }

  /**
   * The API server answered 401 to this access: drop every cached token and read the kubeconfig itself again. Of many requests
   * that were rejected together, one does.
   */
  async renew(rejected: Access): Promise<void> {
    if ((await this.#access) !== rejected) return;
    this.#access = undefined;
    this.#config = this.#load();
  }
}

async function readAccess(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeconfigError('the kubeconfig has no current cluster: choose one with --context');
  const options: RequestOptions & { servername?: string } = {};
  let connect: DispatcherOptions;
  try {
    await config.applyToHTTPSOptions(options);
    connect = config.createDispatcherOptions(cluster, options as AgentOptions);
  } catch (cause) {
    throw new KubeconfigError(`no credentials for ${cluster.server}: ${(cause as Error).message}`, { cause });
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const url = new URL(cluster.server);
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/\/$/, ''),
    headers,
    connect,
    fingerprint: fingerprint([url.origin, options.ca, options.cert, options.key, options.servername]),
  };
}

function fingerprint(parts: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(Buffer.isBuffer(part) ? part : String(part)).update('\0');
  return hash.digest('hex');
}
