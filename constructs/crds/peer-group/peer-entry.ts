/** An entry of a PeerGroup's `peers`: what its pods ping besides each other. */
import * as z from 'zod';
import { patternField } from '../fields.ts';
import { type Rule, withRules } from '../rule.ts';

const PORT = '(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})';
/** Host name, IPv4 or [IPv6] address. No user and password: the URL is logged. */
const URL_START = `^https?://([A-Za-z0-9_][-A-Za-z0-9_.]*|\\[[0-9A-Fa-f:.]+\\])(:${PORT})?`;
const URL_PATTERN = `${URL_START}([/?#]\\S*)?$`;

/** Characters of a certificate with what signed it. */
export const MAX_PEM = 16_384;

const acceptCert = withRules(
  z.object({
    pem: withRules(z.string().max(MAX_PEM), {
      cel: "self.contains('-----BEGIN CERTIFICATE-----')",
      holds: (pem) => pem.includes('-----BEGIN CERTIFICATE-----'),
      message: 'acceptCert.pem must contain a certificate in PEM: -----BEGIN CERTIFICATE-----',
    })
      .optional()
      .describe('The certificate, or the CA that signed it, in PEM. It is stored in a ConfigMap.'),
    configMapKeyRef: z
      .object({
        name: z.string().min(1).max(253).describe('Name of a ConfigMap in the same namespace.'),
        key: z.string().min(1).max(253).describe('Key that contains the certificate in PEM.'),
      })
      .optional()
      .describe('Selects a key of a ConfigMap that contains the certificate.'),
  }),
  {
    cel: 'has(self.pem) != has(self.configMapKeyRef)',
    holds: ({ pem, configMapKeyRef }) => (pem === undefined) !== (configMapKeyRef === undefined),
    message: 'acceptCert must have exactly one of pem and configMapKeyRef',
  },
  {
    cel: "!has(self.pem) || !self.pem.contains('PRIVATE KEY')",
    holds: ({ pem }) => !pem?.includes('PRIVATE KEY'),
    message:
      'acceptCert.pem must not contain a private key, which would be readable in a ConfigMap: use only the certificate',
  },
);

interface Entry {
  readonly name?: string | undefined;
  readonly group?: string | undefined;
  readonly url?: string | undefined;
  readonly via?: string | undefined;
  readonly acceptCert?: object | undefined;
}

const groupOrUrl: Rule<Entry> = {
  cel: 'has(self.group) != has(self.url)',
  holds: ({ group, url }) => (group === undefined) !== (url === undefined),
  message: 'a peer must have exactly one of group and url',
};
const urlIsNamed: Rule<Entry> = {
  cel: '!has(self.url) || has(self.name)',
  holds: ({ name, url }) => url === undefined || name !== undefined,
  message: 'a peer with a url must have a name',
};
const viaGroup: Rule<Entry> = {
  cel: '!has(self.via) || has(self.group)',
  holds: ({ via, group }) => via === undefined || group !== undefined,
  message: 'via requires group',
};
const certOfHttps: Rule<Entry> = {
  cel: "!has(self.acceptCert) || (has(self.url) && self.url.startsWith('https://'))",
  holds: (entry) => entry.acceptCert === undefined || Boolean(entry.url?.startsWith('https://')),
  message: 'acceptCert requires an https:// url',
};

export const peerEntry = withRules(
  z.object({
    name: patternField(
      'name',
      '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      63,
      'must consist of at most 63 lower-case letters, digits, - and .',
    )
      .optional()
      .describe(
        'Name of the target in logs, metrics and reports. Unique within the group. Defaults to the name of group.',
      ),
    url: patternField(
      'url',
      URL_PATTERN,
      1024,
      'must be an http:// or https:// URL with a host and without user or password',
      `${URL_START}([/?#]|$)`,
    )
      .optional()
      .describe('URL to ping. The response body must be pong. The path defaults to /ping.'),
    group: patternField(
      'group',
      '^[a-z]([-a-z0-9]*[a-z0-9])?$',
      40,
      'must be the name of another PeerGroup in the same namespace',
    )
      .optional()
      .describe('Name of another PeerGroup in the same namespace.'),
    via: z
      .enum(['Service', 'Pods'])
      .optional()
      .describe(
        'Service: ping the client Service of group, which is one link. Pods: ping each of its peers. Defaults to Service.',
      ),
    acceptCert: acceptCert
      .optional()
      .describe('Certificate, or CA, to trust for this target only. The name in the certificate is still verified.'),
    expect: z
      .enum(['Reachable', 'Unreachable'])
      .optional()
      .describe(
        'Unreachable: the link is up only while no connection succeeds, for example to test a NetworkPolicy. Each ping opens a new connection to every address that the host resolves to. Defaults to Reachable.',
      ),
  }),
  groupOrUrl,
  urlIsNamed,
  viaGroup,
  certOfHttps,
).describe('An additional target.');

export type PeerEntry = z.output<typeof peerEntry>;

/** The name of the target. */
export function entryName({ name, group }: PeerEntry): string {
  return name ?? group ?? '';
}
