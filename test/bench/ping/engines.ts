/**
 * Which HTTP client should send the pings: got in its thinnest form against node:http with an agent, and the ping engine as
 * it is, all in one process and one run, interleaved, against the real Koa ping app.
 *
 *   node test/bench/ping/engines.ts
 *
 * Prints CPU (user + system, client and server together) per ping.
 */
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import got from 'got';
import { createSystemResolver } from '../../../server/dns/system-resolver.ts';
import { createPingApp } from '../../../server/http/ping-app.ts';
import { Ping } from '../../../server/ping/ping.ts';
import { pingTarget } from '../../../server/ping/ping-target.ts';
import { HttpProbeAgent } from '../../../server/ping/probe-agent.ts';
import type { Peer } from '../../../server/protocol/config.ts';
import { ChangeSignal } from '../../../server/report/change-signal.ts';
import { systemClock } from '../../../server/time/clock.ts';

const ROUNDS = 7;
const PINGS = 2_000;

const app = createPingApp({
  name: () => 'web-1',
  draining: () => false,
  onPing: () => {},
  brief: () => {
    throw new Error('nobody asks');
  },
  changes: new ChangeSignal(),
  onFailure: (message) => console.error(message),
});
const server = createServer(app.callback());
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}/ping`;
const resolver = createSystemResolver();
const resolve = (host: string) => resolver.resolve(host);
const peer: Peer = {
  ...{ name: 'web-1', kind: 'member', protocol: 'http', expect: 'Reachable' },
  ...{ host: '127.0.0.1', port, path: '/ping', url },
} as Peer;

/** Phases from the socket's events, no more than that: what the engine can at best cost. */
function bareNodeHttp(agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.on('data', () => {});
      response.on('end', () => resolve());
    }).on('error', reject);
  });
}

function thinnestGot(agent: Agent) {
  return got.extend({
    agent: { http: agent },
    retry: { limit: 0 },
    followRedirect: false,
    decompress: false,
    throwHttpErrors: false,
    timeout: { request: 5_000 },
  });
}

const candidates = new Map<string, () => Promise<unknown>>();
for (const [mode, keepAlive] of [
  ['reused', true],
  ['fresh', false],
] as const) {
  const instance = thinnestGot(new Agent({ keepAlive }));
  const bareAgent = new Agent({ keepAlive });
  const engineAgent = new HttpProbeAgent({ keepAlive });
  const target = pingTarget(peer, { name: 'web-0', version: '0' });
  const options = { peer, target, agent: engineAgent, resolve, timeoutMs: 5_000, clock: systemClock };
  candidates.set(`got, thinnest, ${mode}`, () => instance.get(url));
  candidates.set(`node:http, bare, ${mode}`, () => bareNodeHttp(bareAgent));
  candidates.set(`ping engine, ${mode}`, async () => {
    const result = await new Ping(options).result;
    if (result.kind !== 'reply') throw new Error(JSON.stringify(result));
  });
}

const costs = new Map([...candidates.keys()].map((name) => [name, [] as number[]]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, ping] of candidates) {
    const before = process.cpuUsage();
    for (let i = 0; i < PINGS; i++) await ping();
    const { user, system } = process.cpuUsage(before);
    // The first round warms up the compiler.
    if (round > 0) costs.get(name)!.push((user + system) / PINGS);
  }
}
console.log('CPU per ping in µs, client + Koa server in one process (median of rounds, lowest, highest)');
for (const [name, values] of costs) {
  values.sort((a, b) => a - b);
  const [median, low, high] = [values[ROUNDS >> 1]!, values[0]!, values.at(-1)!].map((value) => value.toFixed(0));
  console.log(`${name.padEnd(26)} ${median!.padStart(5)}  (${low} … ${high})`);
}
server.closeAllConnections();
server.close();
process.exit(0);
