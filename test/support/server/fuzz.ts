import { connect } from 'node:net';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { ConfigError } from '../../../server/protocol/errors.ts';
import { parseConfig } from '../../../server/protocol/read-config.ts';

const odd = fc.oneof(
  fc.anything({ maxDepth: 2, maxKeys: 3, withNullPrototype: true }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e999',
    '__proto__',
    'x'.repeat(5_000),
    '[',
    'a[0-999999999]',
    '\0',
    '1h1h',
    '99999h',
  ),
  fc.integer(),
  fc.double(),
);

/** A value that is right most of the time. */
function mostly<T>(...right: readonly T[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 50, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: odd });
}

function fields(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const wrongKey = fc.dictionary(fc.string({ maxLength: 8 }), odd, { maxKeys: 1 });
  const record = fc.record(model, { requiredKeys: [] });
  const spoilt = fc.tuple(record, wrongKey).map(([right, wrong]) => ({ ...right, ...wrong }));
  return fc.oneof({ weight: 40, arbitrary: record }, { weight: 1, arbitrary: spoilt }, { weight: 1, arbitrary: odd });
}

const host = mostly('web-[0-4].demo', '10.0.0.1', 'fd00::1', 'web-0', 'a[1-2][1-2]', 'web.demo.');
const peer = fields({
  name: mostly('a', 'b'),
  host,
  port: mostly(1, 8_080),
  url: mostly('http://a', 'https://b:1/x', 'http://[::1]:2'),
  zone: mostly('z1', 'z2'),
  serverName: mostly('web'),
  acceptCert: mostly('/ca.crt'),
  expect: mostly('Reachable', 'Unreachable'),
});
const config = fields({
  name: mostly('web-0'),
  service: fields({
    host,
    port: mostly(8_080),
    protocol: mostly('http', 'https'),
    tlsCertificate: mostly('a'),
    tlsPrivateKey: mostly('b'),
  }),
  admin: fields({ host, port: mostly(9_090) }),
  ping: fields({
    interval: mostly('1m', '100ms', '1h'),
    timeout: mostly('1s', '100ms'),
    connection: mostly('Reuse', 'Fresh'),
    topology: fields({ type: mostly('FullMesh', 'Ring', 'Sampled'), degree: mostly(2) }),
  }),
  log: fields({ replies: mostly('All'), format: mostly('json') }),
  ponger: fields({ url: mostly('http://a') }),
  peers: fc.oneof(fc.array(peer, { maxLength: 5 }), odd),
});

const text = fc.oneof(
  { weight: 4, arbitrary: config.map((value) => tryStringify(value)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 1, arbitrary: config.map((value) => tryStringify(value).slice(0, 60)) },
);

function tryStringify(value: unknown): string {
  try {
    return stringify(value) ?? '';
  } catch {
    return String(JSON.stringify(Object.keys(value as object)));
  }
}

/** Puts random configs, from nearly right to nonsense, before the parser: each is accepted or refused with one line. */
export function fuzzConfigs(count: number): { readonly accepted: number; readonly refused: number } {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        parseConfig(candidate, 'fuzz.yaml', 'web-0');
        accepted++;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (/[\r\n]/.test(error.message) || error.message.length > 6_000) throw new Error(`no line: ${error.message}`);
        refused++;
      }
    }),
    { numRuns: count },
  );
  return { accepted, refused };
}

/** A text that is right most of the time. */
function mostlyText(...right: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.string() });
}

const method = mostlyText('GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'PRI', 'get');
const path = mostlyText(
  '/ping',
  '/report/brief',
  '/report/brief?wait=1ms',
  '/',
  '*',
  '/%00',
  '/ping?wait=99h',
  '//ping',
  'http://a/ping',
);
const header = fc.oneof(
  fc.constantFrom(
    'host: a',
    'content-length: 5',
    'content-length: -1',
    'transfer-encoding: chunked',
    'connection: close',
  ),
  fc.constantFrom(
    'x-requester: web-1',
    'if-none-match: "a"',
    'expect: 100-continue',
    'upgrade: h2c',
    'range: bytes=0-',
  ),
  fc.string({ maxLength: 40 }),
);
const request = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        method,
        path,
        mostlyText('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0'),
        fc.array(header, { maxLength: 6 }),
        fc.string({ maxLength: 50 }),
      )
      .map(
        ([verb, target, version, headers, body]) =>
          `${verb} ${target} ${version}\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n${body}`,
      ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
);

/** Sends random requests, from nearly right to nonsense, each on a connection of its own, `abreast` at once. */
export async function fuzzRequests(port: number, count: number, abreast = 50): Promise<void> {
  const requests = fc.sample(request, { numRuns: Math.min(count, 5_000) });
  let sent = 0;
  await Promise.all(
    Array.from({ length: abreast }, async () => {
      while (sent < count) await exchange(port, String(requests[sent++ % requests.length]));
    }),
  );
}

/** Resolves when something was answered, the connection has ended, or nothing happens for a moment. */
function exchange(port: number, payload: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(payload, 'latin1'));
    const end = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(30, end);
    socket.on('error', end).on('close', end).on('end', end).on('data', end);
  });
}
