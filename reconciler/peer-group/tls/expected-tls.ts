import { contentHash } from '../../../constructs/content-hash.ts';
import type { CompletePeerGroupSpec } from '../../../constructs/crds/peer-group.ts';
import type { SummaryReport } from '../../../server/protocol/summary-report.ts';
import type { TlsContent } from './secrets.ts';

/** Hashes of the certificate that a group's pods should use and of the CA bundle that they should trust, as their reports give them. */
export interface ExpectedTls {
  readonly certificate: string;
  /** Unset: they verify no peers. */
  readonly caBundle?: string;
}

type TlsSpec = Pick<CompletePeerGroupSpec, 'placement' | 'replicas' | 'tls'>;

/** @returns undefined if the group has no certificate from the operator */
export function expectedTls(
  content: TlsContent | undefined,
  group: string,
  { placement, replicas, tls }: TlsSpec,
): ExpectedTls | undefined {
  const leaf = content?.leaves.get(group);
  if (content === undefined || leaf === undefined || !usesOwnCa(tls)) return undefined;
  const verifies = tls.mode === 'Mutual' || placement === 'PerNode' || replicas > 1;
  return { certificate: contentHash(leaf.certificate), ...(verifies && { caBundle: contentHash(content.caBundle) }) };
}

/** Whether a group's certificates come from the operator's CA. */
export function usesOwnCa(tls: TlsSpec['tls']): boolean {
  return tls.mode !== 'None' && tls.issuerRef === undefined;
}

/** Whether a pod uses that certificate, and trusts those CAs if it verifies peers. */
export function usesTls({ tls }: SummaryReport, { certificate, caBundle }: ExpectedTls): boolean {
  if (tls === undefined || tls.certificate !== certificate) return false;
  return caBundle === undefined || tls.accepted.length === 0 || tls.accepted.includes(caBundle);
}

/**
 * Version of everything that a pod should have loaded: its config and its certificates, if any.
 *
 * @param configHash that of the config
 */
export function versionToken(configHash: string, tls: ExpectedTls | undefined): string {
  return tls === undefined
    ? configHash
    : `${configHash}-${contentHash(`${tls.certificate} ${tls.caBundle}`).slice(0, 8)}`;
}

/** The version that a pod reports: equal to {@link versionToken} if it has loaded all of it. */
export function reportedToken(summary: SummaryReport, tls: ExpectedTls | undefined): string {
  if (tls === undefined) return summary.config.hash;
  return usesTls(summary, tls) ? versionToken(summary.config.hash, tls) : `${summary.config.hash}-old`;
}
