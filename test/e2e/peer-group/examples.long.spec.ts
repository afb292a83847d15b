import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Cluster } from '../../cluster/index.ts';
import { testCluster } from '../../support/cluster.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { installRollcall } from '../../support/rollcall.ts';

const folder = join(import.meta.dirname, '../../../examples');
const NAMESPACE = 'demo';
/** The local network enforces no policies: a link that must not work does, and that is what the example shows there. */
const FAILS: ReadonlyMap<string, string> = new Map([['intruder', 'intruder-0 → vault']]);

describe('the example', function () {
  this.timeout(240_000);
  let cluster: Cluster;

  before(async () => {
    // The thirty peers of one of them ask for three cores.
    cluster = await testCluster({ nodes: 2 });
    await installRollcall(cluster);
  });

  afterEach(async () => {
    await cluster.kubectl(['-n', NAMESPACE, 'delete', 'pg', '--all']);
    await eventually(async () => {
      expect((await cluster.kubectl(['-n', NAMESPACE, 'get', 'pods', '-o', 'name'])).trim()).to.equal('');
    }, 90_000);
  });

  after(() => cluster.kubectl(['delete', 'namespace', NAMESPACE, '--wait=false', '--ignore-not-found']));

  for (const file of globSync('*.yaml', { cwd: folder }).sort()) {
    it(`${file} runs, and its links are as it says`, async () => {
      const applied = await cluster.kubectl(['apply', '-f', join(folder, file)]);
      const names = [...applied.matchAll(/^peergroup\.rollcall\.dev\/(\S+)/gm)].map(([, name]) => name!);
      expect(names).not.to.deep.equal([]);
      for (const name of names) {
        const group = new LiveGroup(cluster.kubectl, NAMESPACE, name);
        const failing = FAILS.get(name);
        if (failing === undefined) await group.waitConnected(150);
        else {
          await group.waitFor('False', 90_000);
          await eventually(async () => expect(await group.failing()).to.deep.equal([failing]), 60_000);
        }
      }
    });
  }
});
