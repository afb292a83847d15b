import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ClusterError } from '../../cluster/index.ts';
import { askActionlint, askHadolint } from '../../support/judges/file-judges.ts';
import { describeFinding, type Finding, JUDGES } from '../../support/judges/finding.ts';
import { judgeAll } from '../../support/judges/judge-all.ts';
import { askKubeconform, JUDGED_VERSIONS } from '../../support/judges/object-judges.ts';
import { ensureJudgePrograms, type JudgePrograms } from '../../support/judges/programs.ts';
import { covers, WAIVERS } from '../../support/judges/waivers.ts';
import { skipUnlessPossible } from '../../support/skip.ts';

describe('what we write, before the judges', () => {
  let folder: string;
  let programs: JudgePrograms;
  let findings: readonly Finding[];

  before(async function () {
    this.timeout(20 * 60_000); // to build and install them
    folder = mkdtempSync(join(tmpdir(), 'rollcall-judges-'));
    try {
      programs = await ensureJudgePrograms();
    } catch (error) {
      if (!(error instanceof ClusterError && ['ERR_TOOL_MISSING', 'ERR_REQUIREMENTS'].includes(error.code)))
        throw error;
      skipUnlessPossible(this, [`${error.message}.`]);
    }
    findings = await judgeAll(programs, folder);
  });

  after(() => rmSync(folder, { recursive: true }));

  for (const judge of JUDGES) {
    it(`has nothing against it by ${judge} but what is waived`, () => {
      const unwaived = findings.filter(
        (finding) => finding.judge === judge && !WAIVERS.some((waiver) => covers(waiver, finding)),
      );
      expect(unwaived.map(describeFinding)).to.deep.equal([]);
    });
  }

  it('needs every waiver that there is', () => {
    const each = WAIVERS.flatMap(({ checks, on, reason }) =>
      checks.flatMap((check) => on.map((place) => ({ checks: [check], on: [place], reason }))),
    );
    const needless = each.filter((waiver) => !findings.some((finding) => covers(waiver, finding)));
    expect(needless.map(({ checks, on }) => `${checks} on ${on}`)).to.deep.equal([]);
  });

  /** A file with what must not be. */
  function bad(name: string, text: string): string {
    mkdirSync(join(folder, 'bad'), { recursive: true });
    writeFileSync(join(folder, 'bad', name), text);
    return join(folder, 'bad', name);
  }

  // The others have waivers, whose need shows that they look.
  it('would have something against it by kubeconform, hadolint and actionlint if it were bad', async () => {
    const dockerfile = bad('Dockerfile', 'FROM busybox\n');
    const workflow = bad('bad.yml', 'on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{runs: true}]}}\n');
    bad('bad.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndato: {}\n');
    const [objects, lines, steps] = await Promise.all([
      askKubeconform(programs, join(folder, 'bad'), join(folder, 'schemas'), JUDGED_VERSIONS[0]),
      askHadolint(programs, folder, dockerfile),
      askActionlint(programs, folder, [workflow]),
    ]);
    expect(objects.map(({ where, message }) => `${where}: ${message}`).join())
      .to.include('ConfigMap bad')
      .and.include('dato');
    expect(lines.map(({ rule }) => rule)).to.include('DL3006');
    expect(steps.map(({ message }) => message).join()).to.include('step must run');
  });
});
