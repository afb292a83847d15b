import {
  CA_SECRET_PREFIX,
  GROUP_VERSION,
  LABEL_MANAGED_BY,
  LABEL_PART_OF,
  OPERATOR_NAME,
  TLS_CA_BUNDLE_KEY,
  TLS_SECRET,
} from '../../../constructs/names.ts';
import { NAMESPACES } from '../../kube/core-types.ts';
import type { ApplyConfiguration, KubeObject, ObjectMeta, OwnerReference } from '../../kube/object.ts';
import type { TlsOwner } from '../inputs/references.ts';
import { PEER_GROUPS } from '../resources.ts';
import type { CaState } from './ca-state.ts';
import type { KeyPair } from './certificate-authority.ts';
import { isPair, tryReadCertificate } from './read-certificate.ts';

/** A Secret as the API server has it. */
export interface Secret extends KubeObject {
  /** Values in base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/** What `rollcall-tls` holds. */
export interface TlsContent {
  /** CA certificates that the namespace's peers trust, in PEM. */
  readonly caBundle: string;
  /** By the group's name. */
  readonly leaves: ReadonlyMap<string, KeyPair>;
}

const labels = { [LABEL_PART_OF]: OPERATOR_NAME, [LABEL_MANAGED_BY]: OPERATOR_NAME };

export function caSecretName(namespace: string): string {
  return `${CA_SECRET_PREFIX}.${namespace}`;
}

/**
 * The Secret with the CA of a namespace, in the operator's namespace. It is owned by the namespace of the groups, so the garbage
 * collector deletes it with that namespace, even if no operator is running.
 */
export function renderCaSecret(namespace: KubeObject, operatorNamespace: string, state: CaState): ApplyConfiguration {
  const { current, next, previous } = state;
  const { name, uid = '' } = namespace.metadata;
  const rendered = secret(caSecretName(name), operatorNamespace, {
    'ca.crt': current.certificate,
    'ca.key': current.privateKey,
    ...(next && { 'next.crt': next.certificate, 'next.key': next.privateKey }),
    ...(previous !== undefined && { 'previous.crt': previous }),
  });
  const ownerReferences = [{ apiVersion: 'v1', kind: NAMESPACES.kind, name, uid }];
  return { ...rendered, metadata: { ...rendered.metadata, ownerReferences } };
}

/**
 * Whether a CA belongs to this namespace and not to a deleted one of the same name. Version 0.1.0 did not record the namespace:
 * its CAs belong to the namespace if they are not older.
 */
export function isCaOf({ metadata }: Secret, namespace: KubeObject): boolean {
  const owner = recordedNamespace(metadata);
  if (owner !== undefined) return owner.uid === namespace.metadata.uid;
  return (metadata.creationTimestamp ?? '') >= (namespace.metadata.creationTimestamp ?? '');
}

/** The namespace that is recorded in a CA. */
export function recordedNamespace({ ownerReferences = [] }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find(({ apiVersion, kind }) => apiVersion === 'v1' && kind === NAMESPACES.kind);
}

/** Whether the operator created this Secret. Other Secrets of this name are never changed. */
export function isOurs({ metadata }: Secret): boolean {
  const { labels: present = {}, ownerReferences = [] } = metadata;
  const labelled = Object.entries(labels).every(([label, value]) => present[label] === value);
  const owned = ownerReferences.some(
    ({ apiVersion, kind }) => apiVersion === GROUP_VERSION && kind === PEER_GROUPS.kind,
  );
  return labelled || owned || recordedNamespace(metadata) !== undefined;
}

/** @returns undefined if it has no usable CA */
export function readCaSecret(secret: Secret | undefined): CaState | undefined {
  const text = reader(secret);
  const current = { certificate: text('ca.crt'), privateKey: text('ca.key') };
  const next = { certificate: text('next.crt'), privateKey: text('next.key') };
  const previous = text('previous.crt');
  if (!isPair(current)) return undefined;
  return {
    current,
    ...(isPair(next) && { next }),
    ...(tryReadCertificate(previous) !== undefined && { previous: previous! }),
  };
}

/** The Secret that the namespace's pods mount; it is deleted with the last group. */
export function renderTlsSecret(
  namespace: string,
  { caBundle, leaves }: TlsContent,
  owners: readonly TlsOwner[],
): ApplyConfiguration {
  const pairs = [...leaves].sort(([a], [b]) => (a < b ? -1 : 1));
  const data = pairs.flatMap(([group, { certificate, privateKey }]) => [
    [`${group}.crt`, certificate],
    [`${group}.key`, privateKey],
  ]);
  const rendered = secret(TLS_SECRET, namespace, { [TLS_CA_BUNDLE_KEY]: caBundle, ...Object.fromEntries(data) });
  const ownerReferences = owners.map(({ name, uid }) => ({
    apiVersion: GROUP_VERSION,
    kind: PEER_GROUPS.kind,
    name,
    uid,
  }));
  return { ...rendered, metadata: { ...rendered.metadata, ownerReferences } };
}

export function readTlsSecret(secret: Secret | undefined): TlsContent {
  const text = reader(secret);
  const groups = Object.keys(secret?.data ?? {}).flatMap((key) => (key.endsWith('.key') ? [key.slice(0, -4)] : []));
  return {
    caBundle: text(TLS_CA_BUNDLE_KEY) ?? '',
    leaves: new Map(
      groups.map((group) => [
        group,
        { certificate: text(`${group}.crt`) ?? '', privateKey: text(`${group}.key`) ?? '' },
      ]),
    ),
  };
}

function secret(name: string, namespace: string, texts: Readonly<Record<string, string>>): ApplyConfiguration {
  const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels },
    type: 'Opaque',
    data: Object.fromEntries(encoded),
  };
}

function reader(secret: Secret | undefined): (key: string) => string | undefined {
  return (key) => {
    const encoded = secret?.data?.[key];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  };
}
