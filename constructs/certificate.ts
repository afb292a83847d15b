import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { certificateNames, type GroupPlace } from './addresses.ts';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { TLS_SECRET } from './names.ts';

export interface CertificateProps {
  readonly metadata: k8s.ObjectMeta;
  readonly place: GroupPlace;
  /** Names of Services that belong to another group. */
  readonly takenServices: readonly string[];
  readonly issuerRef: NonNullable<CompletePeerGroupSpec['tls']['issuerRef']>;
}

/** Secret into which cert-manager writes the certificate of a group with `tls.issuerRef`; different from the operator's. */
export function issuedSecretName(group: string): string {
  const name = `${group}-tls`;
  return name === TLS_SECRET ? `${name}-issued` : name;
}

/** The Certificate of a group for cert-manager (cert-manager.io/docs/usage/certificate). */
export class Certificate extends Construct {
  constructor(scope: Construct, id: string, { metadata, place, takenServices, issuerRef }: CertificateProps) {
    super(scope, id);
    new ApiObject(this, 'certificate', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: metadata as object,
      spec: {
        secretName: issuedSecretName(place.name),
        dnsNames: certificateNames(place, takenServices),
        usages: ['digital signature', 'server auth', 'client auth'],
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        issuerRef,
      },
    });
  }
}
