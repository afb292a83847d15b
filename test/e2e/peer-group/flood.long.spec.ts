import { expect } from 'chai';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { peerPods, podLog } from '../../support/peer-pods.ts';
import { imagePod } from '../../support/pods.ts';
import { rollcallNamespace } from '../../support/rollcall.ts';

/**
 * By TLS mode, how many connections a stranger opens, 50 at a time, each kept open after a ping of its own: more than a pod of
 * the default size can hold.
 */
const FLOODS = [
  { mode: 'None', module: 'net', connections: 12_000 },
  { mode: 'TLS', module: 'tls', connections: 3_000 },
] as const;

/** Runs in a pod: the first argument is the module to connect with, the second the host, the third how many connections. */
const FLOOD = `
const [module, host, count] = process.argv.slice(1);
const { connect } = require(module);
let answered = 0, closed = 0;
const open = () => new Promise((done) => {
  const socket = connect({ host, port: 8080, rejectUnauthorized: false });
  socket.once(module === 'tls' ? 'secureConnect' : 'connect', () => socket.write('GET /ping HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n'));
  socket.once('data', () => { answered++; done(); });
  socket.on('error', () => {});
  socket.once('close', () => { closed++; done(); });
});
(async () => {
  for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: 50 }, open));
  console.log(answered + ' answered, ' + closed + ' closed');
  setTimeout(() => process.exit(), 5_000);
})();
`;

describe('a stranger who opens connections', function () {
  this.timeout(240_000);
  let kubectl: Kubectl;
  let namespace: string;

  before(async function () {
    ({ kubectl, namespace } = await rollcallNamespace(this));
  });

  for (const { mode, module, connections } of FLOODS) {
    it(`does not make a peer of the default size outgrow its memory, with tls.mode ${mode}`, async () => {
      const name = `flooded-${module}`;
      const group = new LiveGroup(kubectl, namespace, name);
      await group.create({ replicas: 2, interval: '1s', tls: { mode } });
      await group.waitConnected(60);

      const command = ['node', '--eval', FLOOD, module, `${name}-0.${name}`, String(connections)];
      const stranger = JSON.stringify(imagePod(`${name}-by`, command));
      await kubectl(['-n', namespace, 'create', '-f', '-'], { input: stranger });
      const succeeded = ['wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}-by`, '--timeout=150s'];
      await kubectl(['-n', namespace, ...succeeded]);
      const said = await kubectl(['-n', namespace, 'logs', `${name}-by`]);
      console.log(`      ${said.trim()}`);
      expect(Number(said.split(' ')[0]), 'connections that got an answer').to.be.greaterThan(connections * 0.9);

      const flooded = (await peerPods(kubectl, namespace, name)).get(`${name}-0`);
      expect(flooded?.restarts, 'restarts').to.equal(0);
      const seen = (await podLog(kubectl, namespace, `${name}-1`)).length;
      await eventually(async () => {
        const lines = (await podLog(kubectl, namespace, `${name}-1`)).slice(seen);
        expect(lines.some(({ text }) => text.includes(`from ${name}-0 in`))).to.equal(true);
      });
    });
  }
});
