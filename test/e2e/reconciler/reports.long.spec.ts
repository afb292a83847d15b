import { expect } from 'chai';
import type { Kubectl } from '../../cluster/kubectl.ts';
import { eventually } from '../../support/eventually.ts';
import { LiveGroup } from '../../support/live-group.ts';
import { rollcallNamespace } from '../../support/rollcall.ts';

describe('what an operator learns from real pods', function () {
  this.timeout(120_000);
  let kubectl: Kubectl;
  let namespace: string;

  before(async function () {
    ({ kubectl, namespace } = await rollcallNamespace(this));
    await new LiveGroup(kubectl, namespace, 'web').create({ replicas: 3, interval: '1s' });
  });

  async function json(...args: string[]) {
    return JSON.parse(await kubectl(['-n', namespace, 'get', ...args, '-o', 'json']));
  }

  const patch = (spec: object) =>
    kubectl(['-n', namespace, 'patch', 'pg/web', '--type=merge', '-p', JSON.stringify({ spec })]);

  /** Waits until all three pods report the config of the present generation. */
  async function allUpdated(timeoutMs: number): Promise<void> {
    await eventually(async () => {
      const { metadata, status } = await json('pg', 'web');
      expect(status?.observedGeneration).to.equal(metadata.generation);
      expect(status).to.include({ readyReplicas: 3, updatedPeers: 3 });
    }, timeoutMs);
  }

  it('counts the pods that report the present config', async () => {
    await allUpdated(60_000);
    await patch({ interval: '2s' });
    await allUpdated(10_000);
  });

  it('keeps the ConfigMap of a former revision for its pods, and deletes it after the last of them', async () => {
    await allUpdated(60_000);
    const configMaps = async () =>
      (await json('configmaps')).items
        .map(({ metadata }: { metadata: { name: string } }) => metadata.name)
        .filter((name: string) => name.startsWith('web-config-'));
    const [former] = await configMaps();
    await patch({ resources: { requests: { cpu: '15m' }, limits: { cpu: '150m' } } });
    await eventually(async () => expect(await configMaps()).to.have.length(2));
    expect(await configMaps()).to.include(former);
    await eventually(async () => {
      expect(await configMaps())
        .to.have.length(1)
        .and.not.include(former);
    }, 90_000);
    await allUpdated(30_000);
  });
});
