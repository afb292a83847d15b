import { certificateNames } from '../../../constructs/addresses.ts';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../../../constructs/names.ts';
import type { DeleteKey, KubeClient } from '../../kube/client.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { type ApplyConfiguration, identityOf } from '../../kube/object.ts';
import type { TlsOwner } from '../inputs/references.ts';
import type { CaState } from './ca-state.ts';
import { createLeaf, type KeyPair } from './certificate-authority.ts';
import { checkLeaf } from './check-leaf.ts';
import { SecretTakenError, TlsSecretFullError } from './errors.ts';
import { type FirstToExpire, firstOfAll, firstToExpire } from './first-to-expire.ts';
import { type Lifetimes, validityFrom } from './lifetimes.ts';
import { planSecrets } from './plan-secrets.ts';
import { SecretStore, type StoredSecrets } from './secret-store.ts';
import {
  readCaSecret,
  readTlsSecret,
  recordedNamespace,
  renderCaSecret,
  renderTlsSecret,
  type Secret,
  type TlsContent,
} from './secrets.ts';

export interface CertificateRotatorOptions {
  readonly client: KubeClient;
  readonly fieldManager: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly lifetimes: Lifetimes;
  /** The Secrets are not watched, but read again after this many milliseconds. */
  readonly resyncMs: number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
  /** Largest Secret, in bytes of JSON. @default what the API server accepts, less the object around the data */
  readonly maxSecretBytes?: number;
}

/** What is known of a namespace's Secrets. */
export interface NamespaceTls {
  readonly content: TlsContent;
  /** Client certificate of the operator for the namespace's pods. */
  readonly identity: KeyPair;
}

interface KnownTls extends NamespaceTls {
  readonly ca: CaState;
  readonly owners: readonly TlsOwner[];
  /** The two Secrets, to delete them. */
  readonly secrets: readonly DeleteKey[];
  readonly first: FirstToExpire;
  readonly until: number;
  readonly readAt: number;
}

export interface EnsureResult extends NamespaceTls {
  /** Whether pods have to be notified. */
  readonly changed: boolean;
}

/** How long a Secret of another owner is remembered for the other groups of the namespace, in milliseconds. */
const TAKEN_MS = 1_000;

/** The API server accepts Secrets of up to 1 MiB; this leaves room for the metadata. */
const MAX_SECRET_BYTES = 1_000_000;

/**
 * Manages the two Secrets of each namespace with TLS groups: the CA, in the operator's namespace, and
 * the certificates that pods mount.
 *
 * *Guarantees*: a namespace is never processed twice at the same time; each write names the version that it is based on, so a former
 * leader can't revert it; no requests are sent unless something is due.
 */
export class CertificateRotator {
  readonly #options: CertificateRotatorOptions;
  readonly #known = new Map<string, KnownTls>();
  readonly #pending = new Map<string, Promise<unknown>>();
  readonly #taken = new Map<string, { readonly error: SecretTakenError; readonly at: number }>();
  readonly #store: SecretStore;

  constructor(options: CertificateRotatorOptions) {
    this.#options = options;
    this.#store = new SecretStore(options.client, options.fieldManager);
  }

  /** What the namespace's Secrets hold; undefined when it has none, or none that this process knows of. */
  get(namespace: string): NamespaceTls | undefined {
    return this.#known.get(namespace);
  }

  /** Over all namespaces. */
  get firstToExpire(): FirstToExpire {
    return firstOfAll(Array.from(this.#known.values(), ({ first }) => first));
  }

  /**
   * Creates, renews or deletes the namespace's Secrets as needed.
   *
   * @param owners groups that need a certificate; if there are none, both Secrets are deleted
   * @param allPodsUpdated whether every pod uses this content
   * @throws SecretTakenError, TlsSecretFullError, KubeError
   */
  ensure(
    namespace: string,
    owners: readonly TlsOwner[],
    allPodsUpdated: (content: TlsContent) => boolean,
  ): Promise<EnsureResult | undefined> {
    const turn = (this.#pending.get(namespace) ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#ensure(namespace, owners, allPodsUpdated));
    this.#pending.set(namespace, turn);
    const done = () => {
      if (this.#pending.get(namespace) === turn) this.#pending.delete(namespace);
    };
    turn.then(done, done);
    return turn;
  }

  async #ensure(
    namespace: string,
    owners: readonly TlsOwner[],
    allPodsUpdated: (content: TlsContent) => boolean,
  ): Promise<EnsureResult | undefined> {
    const known = this.#known.get(namespace);
    if (owners.length === 0) {
      this.#taken.delete(namespace);
      if (known !== undefined) await this.#remove(namespace, known);
      return undefined;
    }
    const taken = this.#taken.get(namespace);
    if (taken !== undefined && Math.abs(this.#options.now() - taken.at) < TAKEN_MS) throw taken.error;
    const followed = known !== undefined && allPodsUpdated(known.content);
    if (known !== undefined && !this.#isDue(known, owners, followed)) return { ...known, changed: false };
    return this.#update(namespace, owners, allPodsUpdated);
  }

  #isDue({ ca, until, readAt, owners: before }: KnownTls, owners: readonly TlsOwner[], followed: boolean): boolean {
    const now = this.#options.now();
    const isRotating = ca.next !== undefined || ca.previous !== undefined;
    if (isRotating && followed) return true;
    // The clock was set back: new certificates may not be valid yet.
    if (now < readAt) return true;
    return now >= until || now - readAt >= this.#options.resyncMs || !deepEqual(before, owners);
  }

  async #update(
    namespace: string,
    owners: readonly TlsOwner[],
    allPodsUpdated: (content: TlsContent) => boolean,
  ): Promise<EnsureResult> {
    const { clusterDomain, lifetimes, now } = this.#options;
    const stored = await this.#read(namespace);
    const ca = readCaSecret(stored.ca);
    const content = readTlsSecret(stored.tls);
    const plan = await planSecrets({
      namespace,
      ca,
      content,
      groups: owners.map(({ name, takenServices }) => ({
        name,
        names: certificateNames({ name, namespace, clusterDomain }, takenServices),
      })),
      allPodsUpdated: allPodsUpdated(content),
      now: now(),
      lifetimes,
    });
    const rendered = renderTlsSecret(namespace, plan.content, owners);
    if (JSON.stringify(rendered.data).length > (this.#options.maxSecretBytes ?? MAX_SECRET_BYTES))
      throw new TlsSecretFullError(
        `the certificates of ${owners.length} PeerGroups with TLS in namespace ${namespace} do not fit into one Secret: move some of them to another namespace`,
      );
    let { ca: caSecret, tls: tlsSecret } = stored;
    const isRecorded = caSecret !== undefined && recordedNamespace(caSecret.metadata) !== undefined;
    if (!caSecret || !isRecorded || !deepEqual(plan.ca, ca)) {
      const rendered = renderCaSecret(stored.namespace, OPERATOR_NAMESPACE, plan.ca);
      caSecret = await this.#store.write(rendered, caSecret);
    }
    const changed = !sameContent(plan.content, content);
    if (!tlsSecret || changed || !sameOwners(tlsSecret, rendered)) {
      tlsSecret = await this.#store.write(rendered, tlsSecret);
    }
    const secrets = [caSecret, tlsSecret].map(identityOf);
    const identity = await this.#identity(namespace, plan.ca);
    const first = firstToExpire(plan.ca, plan.content);
    const known: KnownTls = { ...plan, identity, owners, secrets, first, readAt: now() };
    this.#known.set(namespace, known);
    return { ...known, changed };
  }

  async #identity(namespace: string, { current }: CaState): Promise<KeyPair> {
    const { now, lifetimes } = this.#options;
    const names = [`operator.${OPERATOR_NAMESPACE}`];
    const known = this.#known.get(namespace)?.identity;
    if (known !== undefined && checkLeaf(known, current, names, now()).keep) return known;
    return createLeaf(current, { commonName: OPERATOR_NAME, names, validity: validityFrom(now(), lifetimes.leafMs) });
  }

  async #read(namespace: string): Promise<StoredSecrets> {
    try {
      const stored = await this.#store.read(namespace);
      this.#taken.delete(namespace);
      return stored;
    } catch (error) {
      if (error instanceof SecretTakenError) this.#taken.set(namespace, { error, at: this.#options.now() });
      throw error;
    }
  }

  async #remove(namespace: string, { secrets }: KnownTls): Promise<void> {
    for (const secret of secrets) await this.#store.delete(secret);
    this.#known.delete(namespace);
  }
}

function sameContent(a: TlsContent, b: TlsContent): boolean {
  return a.caBundle === b.caBundle && deepEqual(Object.fromEntries(a.leaves), Object.fromEntries(b.leaves));
}

function sameOwners(before: Secret, after: ApplyConfiguration): boolean {
  const uids = ({ metadata }: Pick<ApplyConfiguration, 'metadata'>) =>
    (metadata.ownerReferences ?? []).map(({ uid }) => uid).sort();
  return deepEqual(uids(before), uids(after));
}
