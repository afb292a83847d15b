import { certificateNames } from '../../../constructs/addresses.ts';
import { OPERATOR_NAME, OPERATOR_NAMESPACE, TLS_SECRET } from '../../../constructs/names.ts';
import type { KubeClient } from '../../kube/client.ts';
import { deepEqual } from '../../kube/deep-equal.ts';
import { isNotFound } from '../../kube/errors.ts';
import type { Rendered } from '../../kube/object.ts';
import { SECRETS } from '../resources.ts';
import type { AuthorityState } from './authority-state.ts';
import { type KeyPair, makeLeaf } from './certificate-authority.ts';
import { type FirstToExpire, firstOfAll, firstToExpire } from './first-to-expire.ts';
import { judgeLeaf } from './leaf-policy.ts';
import { type Lifetimes, validityFrom } from './lifetimes.ts';
import { planSecrets } from './plan-secrets.ts';
import {
  authoritySecretName,
  readAuthoritySecret,
  readTlsSecret,
  renderAuthoritySecret,
  renderTlsSecret,
  type Secret,
  type TlsContent,
  type TlsOwner,
} from './secrets.ts';

export interface TlsKeeperOptions {
  readonly client: KubeClient;
  readonly fieldManager: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly lifetimes: Lifetimes;
  /** The Secrets are read again after this long, in milliseconds: nobody watches them. */
  readonly lookAgainMs: number;
  /** Wall clock, in milliseconds. */
  readonly now: () => number;
}

/** What is known of a namespace's Secrets. */
export interface NamespaceTls {
  readonly content: TlsContent;
  /** By which the operator is known to the namespace's pods. */
  readonly identity: KeyPair;
}

interface Kept extends NamespaceTls {
  readonly authority: AuthorityState;
  readonly owners: readonly TlsOwner[];
  readonly first: FirstToExpire;
  readonly until: number;
  readonly readAt: number;
}

export interface KeepResult extends NamespaceTls {
  /** Whether pods have to be told. */
  readonly changed: boolean;
}

/** Room for the object around the data: the API server takes a Secret of 1 MiB. */
const MAX_SECRET_BYTES = 1_000_000;

/** Thrown when a namespace has more groups with TLS than leaves fit into one Secret. */
export class TlsSecretFullError extends Error {
  override readonly name = 'TlsSecretFullError';
  readonly code = 'TLS_SECRET_FULL';
}

/**
 * Keeps the two Secrets of every namespace that has groups with TLS by the operator: its CA in the operator's namespace, and
 * the leaves that pods mount.
 *
 * *Guarantees*: one namespace is worked on once at a time; each write says which version it is based on, so a former leader
 * can't undo it; without anything due no request is sent.
 */
export class TlsKeeper {
  readonly #options: TlsKeeperOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: TlsKeeperOptions) {
    this.#options = options;
  }

  /** What the namespace's Secrets hold; undefined when it has none, or none that this process knows of. */
  get(namespace: string): NamespaceTls | undefined {
    return this.#kept.get(namespace);
  }

  /** Of all namespaces that this process keeps. */
  get firstToExpire(): FirstToExpire {
    return firstOfAll(Array.from(this.#kept.values(), ({ first }) => first));
  }

  /**
   * Brings the namespace's Secrets to what they should hold.
   *
   * @param owners groups that need a leaf; none: both Secrets go
   * @param everybodyFollowed whether every pod uses this content
   * @throws TlsSecretFullError, KubeError
   */
  keep(
    namespace: string,
    owners: readonly TlsOwner[],
    everybodyFollowed: (content: TlsContent) => boolean,
  ): Promise<KeepResult | undefined> {
    const turn = (this.#turns.get(namespace) ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#keep(namespace, owners, everybodyFollowed));
    this.#turns.set(namespace, turn);
    const done = () => {
      if (this.#turns.get(namespace) === turn) this.#turns.delete(namespace);
    };
    turn.then(done, done);
    return turn;
  }

  async #keep(
    namespace: string,
    owners: readonly TlsOwner[],
    everybodyFollowed: (content: TlsContent) => boolean,
  ): Promise<KeepResult | undefined> {
    const kept = this.#kept.get(namespace);
    if (owners.length === 0) {
      if (kept !== undefined) await this.#remove(namespace);
      return undefined;
    }
    const followed = kept !== undefined && everybodyFollowed(kept.content);
    if (kept !== undefined && !this.#isDue(kept, owners, followed)) return { ...kept, changed: false };
    return this.#bringAbout(namespace, owners, everybodyFollowed);
  }

  #isDue({ authority, until, readAt, owners: before }: Kept, owners: readonly TlsOwner[], followed: boolean): boolean {
    const now = this.#options.now();
    const isRotating = authority.next !== undefined || authority.previous !== undefined;
    if (isRotating && followed) return true;
    return now >= until || now - readAt >= this.#options.lookAgainMs || !deepEqual(before, owners);
  }

  async #bringAbout(
    namespace: string,
    owners: readonly TlsOwner[],
    everybodyFollowed: (content: TlsContent) => boolean,
  ): Promise<KeepResult> {
    const { clusterDomain, lifetimes, now } = this.#options;
    const [authoritySecret, tlsSecret] = await Promise.all([
      this.#read(OPERATOR_NAMESPACE, authoritySecretName(namespace)),
      this.#read(namespace, TLS_SECRET),
    ]);
    const authority = readAuthoritySecret(authoritySecret);
    const content = readTlsSecret(tlsSecret);
    const plan = await planSecrets({
      namespace,
      authority,
      content,
      groups: owners.map(({ name }) => ({ name, names: certificateNames({ name, namespace, clusterDomain }) })),
      everybodyFollowed: everybodyFollowed(content),
      now: now(),
      lifetimes,
    });
    const rendered = renderTlsSecret(namespace, plan.content, owners);
    if (JSON.stringify(rendered.data).length > MAX_SECRET_BYTES)
      throw new TlsSecretFullError(
        `namespace ${namespace} has ${owners.length} groups with TLS, more than one Secret has room for: move some to another namespace`,
      );
    if (!deepEqual(plan.authority, authority))
      await this.#write(renderAuthoritySecret(namespace, OPERATOR_NAMESPACE, plan.authority), authoritySecret);
    const changed = !sameContent(plan.content, content);
    if (changed || !sameOwners(tlsSecret, rendered)) await this.#write(rendered, tlsSecret);
    const identity = await this.#identity(namespace, plan.authority);
    const first = firstToExpire(plan.authority, plan.content);
    const kept: Kept = { ...plan, identity, owners, first, readAt: now() };
    this.#kept.set(namespace, kept);
    return { ...kept, changed };
  }

  async #identity(namespace: string, { current }: AuthorityState): Promise<KeyPair> {
    const { now, lifetimes } = this.#options;
    const names = [`operator.${OPERATOR_NAMESPACE}`];
    const known = this.#kept.get(namespace)?.identity;
    if (known !== undefined && judgeLeaf(known, current, names, now()).keep) return known;
    return makeLeaf(current, { commonName: OPERATOR_NAME, names, validity: validityFrom(now(), lifetimes.leafMs) });
  }

  async #read(namespace: string, name: string): Promise<Secret | undefined> {
    try {
      return await this.#options.client.get<Secret>(SECRETS, { namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #write(secret: Rendered, before: Secret | undefined): Promise<void> {
    const { client, fieldManager } = this.#options;
    if (before === undefined) {
      await client.createByApply(SECRETS, secret, { fieldManager });
      return;
    }
    const { uid, resourceVersion } = before.metadata;
    const metadata = { ...secret.metadata, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    await client.apply(SECRETS, { ...secret, metadata }, { fieldManager });
  }

  async #remove(namespace: string): Promise<void> {
    this.#kept.delete(namespace);
    for (const target of [
      { namespace, name: TLS_SECRET },
      { namespace: OPERATOR_NAMESPACE, name: authoritySecretName(namespace) },
    ]) {
      try {
        await this.#options.client.delete(SECRETS, target);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
}

function sameContent(a: TlsContent, b: TlsContent): boolean {
  return a.trust === b.trust && deepEqual(Object.fromEntries(a.leaves), Object.fromEntries(b.leaves));
}

function sameOwners(before: Secret | undefined, after: Rendered): boolean {
  const uids = ({ metadata }: Pick<Rendered, 'metadata'>) =>
    (metadata.ownerReferences ?? []).map(({ uid }) => uid).sort();
  return before !== undefined && deepEqual(uids(before), uids(after));
}
