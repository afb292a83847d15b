import { expect } from 'chai';
import { ReferencedConfigMaps } from '../../../../../reconciler/peer-group/inputs/referenced-config-maps.ts';

/** A cluster whose ConfigMaps have versions, and what was told of them. */
function setUp(versions: Record<string, string | undefined>) {
  const changed: string[] = [];
  const reads: string[] = [];
  const followed = new ReferencedConfigMaps({
    versionOf: async (key) => {
      reads.push(key);
      return versions[key];
    },
    onChange: (group) => changed.push(group),
  });
  after(() => followed.close());
  return { followed, changed, reads, versions };
}

const references = (entries: Record<string, string | undefined>) => new Map(Object.entries(entries));

describe('referenced ConfigMaps', () => {
  it('tells every group that references one of its change, once', async () => {
    const { followed, changed, versions } = setUp({ 'demo/ca': '1' });
    followed.follow('demo/a', references({ 'demo/ca': '1' }));
    followed.follow('demo/b', references({ 'demo/ca': '1' }));
    await followed.readNext();
    expect(changed).to.deep.equal([]);
    versions['demo/ca'] = '2';
    await followed.readNext();
    await followed.readNext();
    expect(changed).to.deep.equal(['demo/a', 'demo/b']);
  });

  it('tells of one that appears, and of one that goes', async () => {
    const { followed, changed, versions } = setUp({});
    followed.follow('demo/a', references({ 'demo/ca': undefined }));
    await followed.readNext();
    expect(changed).to.deep.equal([]);
    versions['demo/ca'] = '1';
    await followed.readNext();
    versions['demo/ca'] = undefined;
    await followed.readNext();
    expect(changed).to.deep.equal(['demo/a', 'demo/a']);
  });

  it('reads them in turn, and only those that are still referenced', async () => {
    const { followed, reads } = setUp({});
    followed.follow('demo/a', references({ 'demo/1': undefined, 'demo/2': undefined }));
    followed.follow('demo/b', references({ 'demo/3': undefined }));
    for (let i = 0; i < 4; i++) await followed.readNext();
    expect(reads).to.deep.equal(['demo/1', 'demo/2', 'demo/3', 'demo/1']);
    followed.follow('demo/a', references({ 'demo/2': undefined }));
    followed.forget('demo/b');
    reads.length = 0;
    for (let i = 0; i < 2; i++) await followed.readNext();
    expect(reads).to.deep.equal(['demo/2', 'demo/2']);
    followed.forget('demo/a');
    await followed.readNext();
    expect(reads).to.have.length(2);
  });

  it('reads each within seconds while there are few, and at most 20 a second of any number', () => {
    const { followed } = setUp({});
    followed.follow('demo/a', references({ 'demo/1': undefined }));
    expect(followed.pauseMs).to.equal(3_000);
    const many = Array.from({ length: 10_000 }, (_, i) => [`demo/${i}`, undefined] as const);
    followed.follow('demo/b', new Map(many));
    expect(followed.pauseMs).to.equal(50);
  });
});
