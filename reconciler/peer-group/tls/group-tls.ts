import { serverNameOf } from '../../../constructs/addresses.ts';
import { issuedSecretName } from '../../../constructs/certificate.ts';
import { contentHash } from '../../../constructs/content-hash.ts';
import type { CompletePeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import type { KubeClient } from '../../kube/client.ts';
import { ApiStatusError, isNotFound, isRejection } from '../../kube/errors.ts';
import { keyOf } from '../../kube/object.ts';
import { livePodsOf, type PodCache } from '../children/lookups.ts';
import { type GroupCache, groupsOf } from '../inputs/groups-of.ts';
import type { ReferenceCache } from '../inputs/references.ts';
import { tryComplete } from '../inputs/try-complete.ts';
import { type Problem, rejection } from '../problem.ts';
import type { ReportSource } from '../report.ts';
import { type PeerGroupObject, SECRETS } from '../resources.ts';
import type { ClientPolicy } from './client-policy.ts';
import { SecretTakenError, TlsSecretFullError } from './errors.ts';
import { type ExpectedTls, expectedTls, usesOwnCa, usesTls } from './expected-tls.ts';
import type { CertificateRotator } from './rotator.ts';
import type { Secret, TlsContent } from './secrets.ts';

export interface GroupTlsContext extends GroupCache, PodCache, ReportSource {
  readonly client: Pick<KubeClient, 'get'>;
  readonly tls: Pick<CertificateRotator, 'ensure'>;
  readonly references: Pick<ReferenceCache, 'of'>;
  readonly configs: {
    /** Hashes of the group's current config, and of the CAs in it. */
    get(key: string): { readonly hash: string; readonly caBundle: string | undefined } | undefined;
  };
  /** Adds the group with this key to the queue. */
  readonly requeue: (key: string) => void;
}

/** The group's TLS as it is now. */
export interface GroupTls {
  /** How the operator connects to pods with TLS; undefined: it can't. */
  readonly policy?: ClientPolicy;
  /** What the pods should use; undefined without TLS or with cert-manager. */
  readonly expected?: ExpectedTls;
  readonly problems: readonly Problem[];
}

/** Ensures the certificates of the group's namespace. */
export async function ensureGroupTls(
  group: PeerGroupObject,
  spec: CompletePeerGroupSpec,
  context: GroupTlsContext,
): Promise<GroupTls> {
  const { namespace, name } = group.metadata;
  const serverName = serverNameOf(group.metadata);
  try {
    const ensured = await context.tls.ensure(namespace, context.references.of(namespace).leafOwners, (content) =>
      allPodsUpdated(namespace, content, context),
    );
    if (ensured?.changed) for (const other of groupsOf(namespace, context)) context.requeue(keyOf(other));
    if (spec.tls.issuerRef !== undefined) return await issuedTls(namespace, name, serverName, context);
    if (ensured === undefined) return { problems: [] };
    const expected = expectedTls(ensured.content, name, spec);
    const policy = { caBundle: ensured.content.caBundle, serverName, identity: ensured.identity };
    return { policy, ...(expected && { expected }), problems: [] };
  } catch (error) {
    // Problems with certificates do not concern a group without TLS.
    const concerns = (problem: Problem) => ({ problems: spec.tls.mode === 'None' ? [] : [problem] });
    if (error instanceof SecretTakenError) return concerns({ reason: 'NameConflict', message: error.message });
    if (error instanceof TlsSecretFullError) return { problems: [{ reason: 'TlsSecretFull', message: error.message }] };
    if (!isRejection(error)) throw error;
    return concerns(rejection('Secret', 'of the certificates', error));
  }
}

/** Whether all pods that use or verify certificates of the namespace use this content. */
function allPodsUpdated(namespace: string, content: TlsContent, context: GroupTlsContext): boolean {
  const caBundle = contentHash(content.caBundle);
  return groupsOf(namespace, context).every((group) => {
    const key = keyOf(group);
    const reports = livePodsOf(key, context).map(({ metadata }) => context.reports.reportOf(metadata.uid ?? ''));
    const spec = tryComplete(group);
    // A group that can't be rendered has no pods to wait for.
    if (spec === undefined) return true;
    if (usesOwnCa(spec.tls)) {
      const expected = expectedTls(content, group.metadata.name, spec);
      return expected !== undefined && reports.every((report) => report?.fresh && usesTls(report.summary, expected));
    }
    const config = context.configs.get(key);
    if (config?.caBundle === undefined) return true;
    return (
      config.caBundle === caBundle &&
      reports.every((report) => report?.fresh && report.summary.config.hash === config.hash)
    );
  });
}

/** Pods mount all three keys and don't start without one of them. */
function incomplete(secret: string, missing: readonly string[]): Problem {
  const advice = missing.includes('ca.crt') ? ': use an issuer that sets ca.crt' : '';
  return { reason: 'CertificateIncomplete', message: `Secret ${secret} lacks ${missing.join(', ')}${advice}` };
}

/** The certificate from cert-manager. The operator can read it only with permission from the namespace's owner. */
async function issuedTls(
  namespace: string,
  group: string,
  serverName: string,
  { client }: Pick<GroupTlsContext, 'client'>,
): Promise<GroupTls> {
  const name = issuedSecretName(group);
  try {
    const { data = {} } = await client.get<Secret>(SECRETS, { namespace, name });
    const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
    const missing = ['tls.crt', 'tls.key', 'ca.crt'].filter((key) => text(key).trim() === '');
    if (missing.length > 0) return { problems: [incomplete(name, missing)] };
    const identity = { certificate: text('tls.crt'), privateKey: text('tls.key') };
    return { policy: { caBundle: text('ca.crt'), serverName, identity }, problems: [] };
  } catch (error) {
    if (isNotFound(error))
      return {
        problems: [{ reason: 'CertificateMissing', message: `cert-manager has not written Secret ${name} yet` }],
      };
    if (!(error instanceof ApiStatusError) || error.status !== 403) throw error;
    const role = `kubectl -n ${namespace} create role rollcall-${name} --verb=get --resource=secrets --resource-name=${name}`;
    const message = `the operator cannot read reports without Secret ${name}: allow it to read the Secret (${role}, and bind it)`;
    return { problems: [{ reason: 'ReportsUnreadable', message }] };
  }
}
