import * as z from 'zod/mini';
import { tryParseDuration } from '../../constructs/duration.ts';
import { type DurationBounds, INTERVAL, MAX_DEGREE, TIMEOUT } from '../../constructs/limits.ts';
import { ADMIN_PORT, PING_PORT } from '../../constructs/names.ts';
import { MAX_PEERS } from './limits.ts';

/** A Go-style duration in the file, milliseconds in the parsed config. */
function duration({ min, max }: DurationBounds) {
  const [least, most] = [tryParseDuration(min)!, tryParseDuration(max)!];
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const ms = tryParseDuration(text);
      if (ms !== undefined && ms >= least && ms <= most) return ms;
      const message =
        ms === undefined
          ? `"${text}" is not a duration; use a value such as 100ms, 5s or 1m30s`
          : `"${text}" must be from ${min} to ${max}`;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  );
}

const text = () => z.string().check(z.minLength(1), z.maxLength(4096));
const name = () => z.string().check(z.minLength(1), z.maxLength(253), z.regex(/^[\x21-\x7e]+$/));
const listenPort = () => z.int().check(z.gte(0), z.lte(65_535));
const port = () => z.int().check(z.gte(1), z.lte(65_535));
const acceptCert = z.optional(text());

const service = z.strictObject({
  host: z._default(text(), '0.0.0.0'),
  port: z._default(listenPort(), PING_PORT),
  protocol: z._default(z.enum(['http', 'https']), 'http'),
  tlsCertificate: z.optional(text()),
  tlsPrivateKey: z.optional(text()),
  clientCA: z.optional(text()),
  limits: z.optional(
    z.strictObject({
      connections: z.optional(z.int().check(z.gte(1), z.lte(1_000_000))),
      headerBytes: z.optional(z.int().check(z.gte(1024), z.lte(65_536))),
      requestTimeout: z.optional(duration({ min: '100ms', max: '1h' })),
    }),
  ),
});

const admin = z.strictObject({
  host: z._default(text(), '0.0.0.0'),
  port: z._default(listenPort(), ADMIN_PORT),
});

const ping = z.strictObject({
  interval: z.optional(duration(INTERVAL)),
  timeout: z.optional(duration(TIMEOUT)),
  connection: z._default(z.enum(['Reuse', 'Fresh']), 'Reuse'),
  maxConnectionAge: z.optional(duration({ min: '100ms', max: '24h' })),
  lossThresholdPercent: z.optional(z.int().check(z.gte(1), z.lte(100))),
  topology: z.optional(
    z.strictObject({
      type: z.enum(['FullMesh', 'Ring', 'Sampled', 'None']),
      degree: z.optional(z.int().check(z.gte(1), z.lte(MAX_DEGREE))),
    }),
  ),
});

const log = z.strictObject({
  replies: z._default(z.enum(['All', 'Changes']), 'All'),
  format: z._default(z.enum(['text', 'json']), 'text'),
});

const peer = z.strictObject({
  name: z.optional(name()),
  host: z.optional(text()),
  port: z.optional(port()),
  url: z.optional(text()),
  node: z.optional(name()),
  zone: z.optional(name()),
  serverName: z.optional(name()),
  acceptCert,
  expect: z._default(z.enum(['Reachable', 'Unreachable']), 'Reachable'),
});

/** The config file's shape, field by field; what spans several fields is checked when peers and settings are resolved. */
export const configFileSchema = z.strictObject({
  name: z.optional(name()),
  service: z.optional(service),
  admin: z.optional(admin),
  ping: z.optional(ping),
  log: z.optional(log),
  ponger: z.optional(z.strictObject({ url: text(), acceptCert })),
  peers: z.optional(z.array(peer).check(z.maxLength(MAX_PEERS))),
});

/** A config file that has the right shape; durations are in milliseconds. */
export type ConfigFile = z.infer<typeof configFileSchema>;
export type ConfigFilePeer = z.infer<typeof peer>;
