import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = globSync('.github/workflows/*', { cwd: root })
  .sort()
  .map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return { file, text, workflow: parse(text) as Workflow };
  });

describe('GitHub workflows', () => {
  it('are there for tests, image and release', () => {
    expect(workflows.map(({ file }) => file)).to.deep.equal(
      ['image', 'release', 'test'].map((name) => `.github/workflows/${name}.yaml`),
    );
  });

  for (const { file, text, workflow } of workflows) {
    const jobs = Object.entries(workflow.jobs);
    const publishes = jobs.some(([, { permissions = {} }]) => Object.values(permissions).includes('write'));

    it(`${file} pins every action by its commit and says which version that is`, () => {
      const uses = [...text.matchAll(/\buses: (?!\.\/)(.*)$/gm)].map(([, reference]) => reference!);
      expect(uses).not.to.deep.equal([]);
      for (const reference of uses) expect(reference).to.match(/^[\w-]+\/[\w/-]+@[0-9a-f]{40} {2}# v\d+\.\d+\.\d+$/);
    });

    it(`${file} grants nothing on top, and each job what it names`, () => {
      expect(workflow.permissions).to.deep.equal({});
      for (const [name, job] of jobs) {
        expect(job.permissions, name).to.be.an('object');
        if (job.uses === undefined) expect(job['timeout-minutes'], name).to.be.a('number');
        for (const step of job.steps ?? [])
          if (step.uses?.startsWith('actions/checkout@'))
            expect(step.with, name).to.deep.include({ 'persist-credentials': false });
      }
    });

    if (publishes)
      it(`${file}, which may write, is started by hand only`, () => {
        expect(Object.keys(workflow.on)).to.deep.equal(['workflow_dispatch']);
      });
  }
});
