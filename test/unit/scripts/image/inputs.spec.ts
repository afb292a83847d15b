import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inputsHash } from '../../../../scripts/image/inputs.ts';

describe("hash of an image's inputs", () => {
  let dir: string;
  let file: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rollcall-inputs-'));
    file = join(dir, 'server.mjs');
    writeFileSync(file, 'one');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('stays the same while nothing changes', () => {
    expect(inputsHash([file], ['tag'], '')).to.equal(inputsHash([file], ['tag'], ''));
  });

  it("changes with a file's content", () => {
    const before = inputsHash([file], ['tag'], '');
    writeFileSync(file, 'two');
    expect(inputsHash([file], ['tag'], '')).not.to.equal(before);
  });

  it('changes with the words that steer the build', () => {
    expect(inputsHash([file], ['tag:1'], '')).not.to.equal(inputsHash([file], ['tag:2'], ''));
  });

  it('changes with a base archive that was made anew', () => {
    const archive = join(dir, 'base.tar');
    writeFileSync(archive, 'old');
    const before = inputsHash([file], [], `oci-archive:${archive}`);
    writeFileSync(archive, 'newer');
    expect(inputsHash([file], [], `oci-archive:${archive}`)).not.to.equal(before);
  });
});
