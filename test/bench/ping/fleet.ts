/**
 * What a peer costs: one process, bundled as in the image, that is prober and responder at once. It pings itself over as
 * many loopback addresses as it has peers, in a network namespace of its own where the machine allows one.
 *
 *   node test/bench/ping/fleet.ts [--seconds 10] [--peers 10,100,1000]
 *
 * Prints, beside the targets: CPU per ping (user + system, asking and answering), resident memory, size of a scrape,
 * and the share of pings that went out more than 100 ms after their slot.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import got from 'got';
import { BUNDLE_DIR, bundle } from '../../../scripts/bundle.ts';
import { createCommand, parseOrExit } from '../../../server/process/command-line.ts';
import { createCertificate } from '../../support/server/certificates.ts';

const PORT = 18_080;
const ADMIN = `http://127.0.0.1:19090`;
/** CPU per ping in µs, memory in MiB, scrape in kB: what the best rivals reach. */
const TARGETS = { fresh: 220, reuse: 120, rss: 70, scrapeOfTen: 30, scrapeOfThousand: 300 };

interface Case {
  readonly peers: number;
  readonly protocol: 'http' | 'https';
  readonly connection: 'Reuse' | 'Fresh';
  readonly replies: 'All' | 'Changes';
}

interface Scrape {
  readonly bytes: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly pings: number;
  readonly failed: number;
  readonly sent: number;
  readonly inTime: number;
}

const values = parseOrExit(
  createCommand('node test/bench/ping/fleet.ts')
    .description('Measures what pings cost.')
    .option('--seconds <n>', 'How long to measure.', '10')
    .option('--peers <list>', 'Numbers of peers.', '10,100,1000'),
).opts<{ readonly seconds: string; readonly peers: string }>();
if (!process.env.ROLLCALL_BENCH_INSIDE) enterNamespace();
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs this very command again in a network namespace of its own, if that can be had. */
function enterNamespace(): void {
  const script = 'ip link set lo up && exec "$0" "$@"';
  const inside = ['--net', '--map-root-user', 'sh', '-c', script, process.execPath, ...process.argv.slice(1)];
  const env = { ...process.env, ROLLCALL_BENCH_INSIDE: '1' };
  const probe = spawnSync('unshare', ['--net', '--map-root-user', 'ip', 'link', 'set', 'lo', 'up']);
  if (probe.status === 0) process.exit(spawnSync('unshare', inside, { stdio: 'inherit', env }).status ?? 1);
  console.log('no network namespace to be had here; on plain loopback instead');
}

async function run(): Promise<void> {
  await bundle();
  const { certificate, privateKey } = createCertificate('web', { names: ['DNS:web.test'] });
  writeFileSync(join(folder, 'tls.crt'), certificate);
  writeFileSync(join(folder, 'tls.key'), privateKey);
  console.log('peers  protocol  connection  lines    pings/s  CPU/ping µs  RSS MiB  scrape kB  late >100 ms  failed');
  const sizes = values.peers.split(',').map(Number);
  for (const peers of sizes) {
    for (const protocol of ['http', 'https'] as const) {
      for (const connection of ['Reuse', 'Fresh'] as const) {
        await measure({ peers, protocol, connection, replies: 'Changes' });
      }
    }
    await measure({ peers, protocol: 'http', connection: 'Reuse', replies: 'All' });
  }
  const { fresh, reuse, rss, scrapeOfTen, scrapeOfThousand } = TARGETS;
  console.log(`targets: ${reuse} µs reused, ${fresh} µs fresh (http); RSS ${rss} MiB whatever the number of peers;`);
  console.log(
    `         scrape ${scrapeOfTen} kB at 10 peers, ${scrapeOfThousand} kB at 1000; late 1 % at 1000 peers and 1 s`,
  );
}

async function measure(testCase: Case): Promise<void> {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf(testCase)));
  const args = [join(BUNDLE_DIR, 'server.mjs'), '--config', join(folder, 'config.json')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await sleep(5_000);
    const before = await scrape();
    await sleep(Number(values.seconds) * 1_000);
    print(testCase, before, await scrape());
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

function configOf({ peers, protocol, connection, replies }: Case): object {
  const tls = { tlsCertificate: 'tls.crt', tlsPrivateKey: 'tls.key' };
  const pin = { serverName: 'web.test', acceptCert: 'tls.crt' };
  return {
    name: 'bench',
    service: { port: PORT, protocol, ...(protocol === 'https' && tls) },
    admin: { host: '127.0.0.1', port: 19_090 },
    ping: { interval: intervalOf(peers, protocol, connection), connection },
    log: { replies },
    peers: Array.from({ length: peers }, (_, i) => ({
      ...{ name: `web-${i}`, host: `127.1.${i >> 8}.${i & 255}`, port: PORT },
      ...(protocol === 'https' && pin),
    })),
  };
}

/** As many pings a second as make the fixed costs small, but for handshakes, of which one core does a few hundred. */
function intervalOf(peers: number, protocol: string, connection: string): string {
  if (peers <= 10) return '100ms';
  if (peers <= 100) return protocol === 'https' && connection === 'Fresh' ? '500ms' : '200ms';
  return protocol === 'https' && connection === 'Fresh' ? '5s' : '1s';
}

async function scrape(): Promise<Scrape> {
  const text = await got(`${ADMIN}/metrics`).text();
  const value = (series: string) => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  };
  return {
    bytes: text.length,
    cpuSeconds: value('process_cpu_seconds_total'),
    rssBytes: value('process_resident_memory_bytes'),
    pings: value('rollcall_pings_total{outcome="ok"}'),
    failed: value('rollcall_pings_total{outcome="failed"}'),
    sent: value('rollcall_ping_lateness_seconds_count'),
    inTime: value('rollcall_ping_lateness_seconds_bucket{le="0.1"}'),
  };
}

function print({ peers, protocol, connection, replies }: Case, before: Scrape, after: Scrape): void {
  const pings = after.pings - before.pings;
  const sent = after.sent - before.sent;
  const late = sent - (after.inTime - before.inTime);
  const cells = [
    String(peers).padStart(5),
    protocol.padEnd(8),
    connection.padEnd(10),
    replies.padEnd(7),
    (pings / Number(values.seconds)).toFixed(0).padStart(7),
    (((after.cpuSeconds - before.cpuSeconds) / pings) * 1e6).toFixed(0).padStart(11),
    (after.rssBytes / 2 ** 20).toFixed(0).padStart(7),
    (after.bytes / 1_000).toFixed(0).padStart(9),
    `${((late / sent) * 100).toFixed(2)} %`.padStart(12),
    String(after.failed - before.failed).padStart(6),
  ];
  console.log(cells.join('  '));
}
