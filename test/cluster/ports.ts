import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ClusterError } from './errors.ts';

// Below Linux's ephemeral ports (32768 up) and NodePorts (30000 up): nothing takes one between the look and the use.
const FIRST = 20_000;
const COUNT = 10_000;
const MAX_TRIES = 1_000;

/** Ports of the loopback address that nobody listens on, searched from a random place on. */
export async function freePorts(count: number): Promise<number[]> {
  const start = randomInt(COUNT);
  const found: number[] = [];
  for (let i = 0; i < MAX_TRIES && found.length < count; i++) {
    const port = FIRST + ((start + i) % COUNT);
    if (await isFree(port)) found.push(port);
  }
  if (found.length < count) {
    throw new ClusterError('ERR_IN_USE', `No ${count} free TCP ports were found on 127.0.0.1 from ${FIRST + start} on`);
  }
  return found;
}

/** Whether an address and port can be listened on. */
export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
