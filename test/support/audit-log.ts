import { readFileSync, statSync } from 'node:fs';
import type { ControlPlane } from '../cluster/index.ts';

/** One answered request, as the API server noted it down (audit.k8s.io/v1). */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp?: string;
  readonly requestURI: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  /** What was sent with a write, where it could not be a secret. */
  readonly requestObject?: { readonly regarding?: { readonly name?: string } };
  readonly responseStatus?: { readonly code: number };
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** What nobody counts as a write: they say that something happened, or that somebody lives. */
const EXCEPTED: ReadonlySet<string> = new Set(['events', 'leases']);

/** Reads what the API server has noted down from now on. */
export class AuditLog {
  readonly #file: string;
  #offset: number;

  constructor({ auditLog }: ControlPlane) {
    this.#file = auditLog;
    this.#offset = statSync(auditLog).size;
  }

  /** Forgets everything up to now. */
  skip(): void {
    this.#offset = statSync(this.#file).size;
  }

  /** Requests of one user since the start or the last {@link skip}. */
  requestsOf(username: string): AuditEvent[] {
    return this.#requests(username).filter((event) => event.user.username === username);
  }

  /** Writes of one user: `PATCH`, `POST`, `PUT` and `DELETE`, but for events and leases. */
  writesOf(username: string): AuditEvent[] {
    return this.requestsOf(username).filter(isWrite);
  }

  /** Writes to objects of one namespace, by everybody. */
  writesIn(namespace: string): AuditEvent[] {
    return this.#requests(`"${namespace}"`).filter(
      (event) => isWrite(event) && event.objectRef?.namespace === namespace,
    );
  }

  /** Requests whose line has this text in it. */
  #requests(text: string): AuditEvent[] {
    const lines = readFileSync(this.#file).subarray(this.#offset).toString('utf8');
    return lines
      .slice(0, lines.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.includes(text))
      .map((line) => JSON.parse(line) as AuditEvent);
  }
}

function isWrite({ verb, objectRef }: AuditEvent): boolean {
  return WRITES.has(verb) && !EXCEPTED.has(objectRef?.resource ?? '');
}

/** `patch statefulsets/web`: an event in a word, for assertions that can be read. */
export function brief({ verb, objectRef = { resource: '' } }: AuditEvent): string {
  const { resource, name, subresource } = objectRef;
  return `${verb} ${[resource, name, subresource].filter(Boolean).join('/')}`;
}
