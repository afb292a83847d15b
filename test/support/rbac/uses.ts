import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Requests of one verb on one resource that the API server has allowed. */
export interface Use {
  readonly apiGroup: string;
  /** Plural, with a subresource after a slash. */
  readonly resource: string;
  readonly verb: string;
  /** What was asked for: the first thousand. */
  readonly objects: readonly UsedObject[];
}

/** An object, or a collection, which has no name; `''` as the namespace of what has none, or of all at once. */
export interface UsedObject {
  readonly namespace: string;
  readonly name: string;
}

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

const MAX_OBJECTS = 1_000;

/** Which verbs a user used, by the audit logs of any number of API servers. */
export class Uses {
  readonly #user: string;
  readonly #uses = new Map<string, Omit<Use, 'objects'> & { readonly objects: Map<string, UsedObject> }>();

  constructor(user: string) {
    this.#user = user;
  }

  get all(): readonly Use[] {
    return [...this.#uses.values()].map((use) => ({ ...use, objects: [...use.objects.values()] }));
  }

  /** Reads a file of audit.k8s.io/v1 Events, one JSON a line. */
  async read(file: string): Promise<void> {
    const quoted = JSON.stringify(this.#user);
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line.includes(quoted)) this.#note(line);
    }
  }

  #note(line: string): void {
    let event: AuditLine;
    try {
      event = JSON.parse(line) as AuditLine;
    } catch {
      return; // an API server was killed in the middle of it
    }
    const { verb, user, objectRef, responseStatus, annotations } = event;
    if (user.username !== this.#user || objectRef === undefined) return;
    if (annotations?.['authorization.k8s.io/decision'] !== 'allow') return;
    const { apiGroup = '', resource, subresource, namespace = '', name = '' } = objectRef;
    const path = subresource === undefined ? resource : `${resource}/${subresource}`;
    this.#add({ apiGroup, resource: path, verb }, namespace, name);
    // Server-side apply of what is not there yet asks for this right, too; its name is known then, other than with a POST.
    if (verb === 'patch' && responseStatus?.code === 201)
      this.#add({ apiGroup, resource: path, verb: 'create' }, namespace, name);
  }

  #add(what: Omit<Use, 'objects'>, namespace: string, name: string): void {
    const key = `${what.apiGroup} ${what.resource} ${what.verb}`;
    const use = this.#uses.get(key) ?? { ...what, objects: new Map<string, UsedObject>() };
    this.#uses.set(key, use);
    if (use.objects.size < MAX_OBJECTS) use.objects.set(`${namespace}/${name}`, { namespace, name });
  }
}
