import { expect } from 'chai';
import { tryParseSummaryReport } from '../../../../server/protocol/summary-report.ts';
import { down, summary } from '../../reconciler/peer-group/connectivity/support.ts';

describe('a summary report', () => {
  it('reads what a peer reports', () => {
    const report = summary(3, [down('web-1')], { worst: { peer: 'web-2', p99: 1.2 }, latency: [[3, 5]] });
    expect(tryParseSummaryReport(JSON.stringify(report))).to.deep.equal(report);
  });

  it('takes no character from a peer that would control a terminal, or that a status could not hold', () => {
    const odd = { reason: 'the body is "\u007f\u009b31m\u202e"', code: 'BAD\u0000', phase: 'response' };
    const report = { ...summary(1, [down('web-1', odd)]), config: { hash: 'h', error: '\u001b[2J' } };
    expect(tryParseSummaryReport(JSON.stringify(report))).to.deep.include({
      config: { hash: 'h', error: '\ufffd[2J' },
      notUp: [down('web-1', { reason: 'the body is "\ufffd\ufffd31m\ufffd"', code: 'BAD\ufffd', phase: 'response' })],
    });
  });

  for (const [title, text] of Object.entries({
    'another program’s answer': '<html>',
    'a report without counts': JSON.stringify({ ...summary(1), counts: undefined }),
    'a name longer than any name': JSON.stringify(summary(1, [down('x'.repeat(254))])),
    'a time that is none': JSON.stringify(summary(1, [down('x', { since: 'yesterday' })])),
  })) {
    it(`refuses ${title}`, () => {
      expect(tryParseSummaryReport(text)).to.equal(undefined);
    });
  }
});
