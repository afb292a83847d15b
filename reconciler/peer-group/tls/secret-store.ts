import { OPERATOR_NAMESPACE, TLS_SECRET } from '../../../constructs/names.ts';
import type { DeleteKey, KubeClient } from '../../kube/client.ts';
import { NAMESPACES } from '../../kube/core-types.ts';
import { hasGone, isNotFound } from '../../kube/errors.ts';
import { type ApplyConfiguration, identityOf, type KubeObject } from '../../kube/object.ts';
import { SECRETS } from '../resources.ts';
import { SecretTakenError } from './errors.ts';
import { caSecretName, isCaOf, isOurs, type Secret } from './secrets.ts';

/** A namespace and its two Secrets as the API server has them; undefined: there is none. */
export interface StoredSecrets {
  readonly namespace: KubeObject;
  readonly ca: Secret | undefined;
  readonly tls: Secret | undefined;
}

/** Reads, writes and deletes the Secrets with certificates: by name, and only those created by the operator. */
export class SecretStore {
  readonly #client: KubeClient;
  readonly #fieldManager: string;

  constructor(client: KubeClient, fieldManager: string) {
    this.#client = client;
    this.#fieldManager = fieldManager;
  }

  /**
   * Reads the Secrets of a namespace. The CA of a deleted namespace of the same name is deleted: its certificates must not be
   * valid here.
   *
   * @throws SecretTakenError, KubeError
   */
  async read(name: string): Promise<StoredSecrets> {
    const [namespace, ca, tls] = await Promise.all([
      this.#client.get<KubeObject>(NAMESPACES, { name }),
      this.#readOwn(OPERATOR_NAMESPACE, caSecretName(name)),
      this.#readOwn(name, TLS_SECRET),
    ]);
    if (ca === undefined || isCaOf(ca, namespace)) return { namespace, ca, tls };
    await this.delete(identityOf(ca));
    return { namespace, ca: undefined, tls };
  }

  /** Writes the Secret, provided that it has not changed since it was read. */
  write(secret: ApplyConfiguration, before: Secret | undefined): Promise<Secret> {
    const options = { fieldManager: this.#fieldManager };
    if (before === undefined) return this.#client.createByApply<Secret>(SECRETS, secret, options);
    const { uid, resourceVersion } = before.metadata;
    const metadata = { ...secret.metadata, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    return this.#client.apply<Secret>(SECRETS, { ...secret, metadata }, options);
  }

  /** Deletes this Secret, but not a new one of the same name. */
  async delete(secret: DeleteKey): Promise<void> {
    try {
      await this.#client.delete(SECRETS, secret);
    } catch (error) {
      if (!hasGone(error)) throw error;
    }
  }

  async #readOwn(namespace: string, name: string): Promise<Secret | undefined> {
    const secret = await this.#tryGet(namespace, name);
    if (secret === undefined || isOurs(secret)) return secret;
    const where = namespace === OPERATOR_NAMESPACE ? ` in namespace ${namespace}` : '';
    throw new SecretTakenError(
      `Secret ${name}${where} already exists and was not created by Rollcall: delete it, or move these PeerGroups to another namespace`,
    );
  }

  async #tryGet(namespace: string, name: string): Promise<Secret | undefined> {
    try {
      return await this.#client.get<Secret>(SECRETS, { namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
