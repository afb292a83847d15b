import { expect } from 'chai';
import { NotReleasableError, releaseNotes } from '../../../scripts/release-notes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.2.0] - Unreleased

- Next.

## [0.1.0] - 2026-03-01

### Added

- First.

## [0.0.1] - 2026-01-01

- Before.
`;

describe('notes of a release', () => {
  it("are the changelog's section of that version", () => {
    expect(releaseNotes(CHANGELOG, '0.1.0', '0.1.0')).to.equal('### Added\n\n- First.');
    expect(releaseNotes(CHANGELOG, '0.0.1', '0.0.1')).to.equal('- Before.');
  });

  const refusals: [title: string, version: string, packageVersion: string, sentence: string][] = [
    ["a version that isn't the code's", '0.1.0', '0.2.0', 'package.json has version 0.2.0, not 0.1.0'],
    ['a version without a section', '0.3.0', '0.3.0', 'CHANGELOG.md has no section "## [0.3.0] - DATE"'],
    ['a version without a date', '0.2.0', '0.2.0', 'CHANGELOG.md must date 0.2.0'],
  ];
  for (const [title, version, packageVersion, sentence] of refusals) {
    it(`are refused for ${title}`, () => {
      expect(() => releaseNotes(CHANGELOG, version, packageVersion)).to.throw(NotReleasableError, sentence);
    });
  }
});
