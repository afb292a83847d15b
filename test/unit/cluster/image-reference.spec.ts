import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fullReference, referencesIn } from '../../cluster/image-reference.ts';

describe('image reference', () => {
  const full: Record<string, string> = {
    'rollcall:0.1.0': 'docker.io/library/rollcall:0.1.0',
    rollcall: 'docker.io/library/rollcall:latest',
    'team/rollcall:1': 'docker.io/team/rollcall:1',
    'localhost/busybox:1': 'localhost/busybox:1',
    'registry.example:5000/rollcall': 'registry.example:5000/rollcall:latest',
    'ghcr.io/team/rollcall:1': 'ghcr.io/team/rollcall:1',
  };
  for (const [short, long] of Object.entries(full)) {
    it(`${short} is ${long} in full`, () => expect(fullReference(short)).to.equal(long));
  }
});

describe('names in an image archive', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-image-'));
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  it('are read from the annotations of an OCI archive', async () => {
    const annotations = { 'org.opencontainers.image.ref.name': 'rollcall:0.1.0' };
    const archive = pack('index.json', { manifests: [{ annotations }] });
    expect(await referencesIn(archive)).to.deep.equal(['docker.io/library/rollcall:0.1.0']);
  });

  it('are read from the tags of a docker archive', async () => {
    const archive = pack('manifest.json', [{ RepoTags: ['rollcall:0.1.0', 'rollcall:latest'] }]);
    expect(await referencesIn(archive)).to.deep.equal([
      'docker.io/library/rollcall:0.1.0',
      'docker.io/library/rollcall:latest',
    ]);
  });

  it('are missed with a sentence that names the file', async () => {
    const archive = pack('index.json', { manifests: [{}] });
    const failure = await referencesIn(archive).catch((error: Error) => error.message);
    expect(failure).to.equal(`${archive} is no OCI or docker archive that names its image`);
  });

  function pack(name: string, content: unknown): string {
    writeFileSync(join(dir, name), JSON.stringify(content));
    const archive = join(dir, 'image.tar');
    execFileSync('tar', ['-C', dir, '-cf', archive, name]);
    return archive;
  }
});
