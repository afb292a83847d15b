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
      message: 'acceptCert.pem must hold a certificate in PEM: -----BEGIN CERTIFICATE-----',
    })
      .optional()
      .describe('The certificate, or the CA that signed it, in PEM. Public: it travels in a ConfigMap.'),
    configMapKeyRef: z
      .object({
        name: z.string().min(1).max(253).describe('Name of the ConfigMap, in the namespace of the group.'),
        key: z.string().min(1).max(253).describe('Its key that holds the certificate in PEM.'),
      })
      .optional()
      .describe('Where else the certificate is.'),
  }),
  {
    cel: 'has(self.pem) != has(self.configMapKeyRef)',
    holds: ({ pem, configMapKeyRef }) => (pem === undefined) !== (configMapKeyRef === undefined),
    message: 'acceptCert takes either pem or configMapKeyRef',
  },
  {
    cel: "!has(self.pem) || !self.pem.contains('PRIVATE KEY')",
    holds: ({ pem }) => !pem?.includes('PRIVATE KEY'),
    message:
      'acceptCert.pem holds a private key, which everybody could read in the ConfigMap: give the certificate only',
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
  message: 'a peer takes either group or url',
};
const urlIsNamed: Rule<Entry> = {
  cel: '!has(self.url) || has(self.name)',
  holds: ({ name, url }) => url === undefined || name !== undefined,
  message: 'a peer with a url needs a name',
};
const viaGroup: Rule<Entry> = {
  cel: '!has(self.via) || has(self.group)',
  holds: ({ via, group }) => via === undefined || group !== undefined,
  message: 'via goes with group',
};
const certOfHttps: Rule<Entry> = {
  cel: "!has(self.acceptCert) || (has(self.url) && self.url.startsWith('https://'))",
  holds: (entry) => entry.acceptCert === undefined || Boolean(entry.url?.startsWith('https://')),
  message: 'acceptCert goes with an https:// url',
};

export const peerEntry = withRules(
  z.object({
    name: patternField(
      'name',
      '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
      63,
      'must be lower-case letters, digits, - and ., at most 63 characters',
    )
      .optional()
      .describe(
        "Name of the peer in logs, metrics and reports; unique within the group. Unset, with group: the group's name.",
      ),
    url: patternField(
      'url',
      URL_PATTERN,
      1024,
      'must be an http:// or https:// URL with a host and without user or password',
      `${URL_START}([/?#]|$)`,
    )
      .optional()
      .describe('What to ping: it must answer pong. The path is /ping unless the URL has one.'),
    group: patternField(
      'group',
      '^[a-z]([-a-z0-9]*[a-z0-9])?$',
      40,
      'must be the name of another PeerGroup of the namespace',
    )
      .optional()
      .describe('Another PeerGroup of the namespace.'),
    via: z
      .enum(['Service', 'Pods'])
      .optional()
      .describe('Service (unset): one link, to its client Service. Pods: one link to each of its peers.'),
    acceptCert: acceptCert
      .optional()
      .describe(
        'Trust this certificate, or what it signed, for this peer and nothing else. Its name is still checked.',
      ),
    expect: z
      .enum(['Reachable', 'Unreachable'])
      .optional()
      .describe(
        'Unreachable: no connection may be possible, which proves a NetworkPolicy; every ping makes new connections, to every address of the name. Unset: Reachable.',
      ),
  }),
  groupOrUrl,
  urlIsNamed,
  viaGroup,
  certOfHttps,
).describe('One more peer.');

export type PeerEntry = z.output<typeof peerEntry>;

/** What the peer is called. */
export function entryName({ name, group }: PeerEntry): string {
  return name ?? group ?? '';
}
