import { expect } from 'chai';
import { Log } from '../../../../server/log/log.ts';

const ODD = 'a\u001b[31m\u007f\u009b\u202e\u2028b\nc';

function logged(format: 'text' | 'json'): string {
  const lines: string[] = [];
  new Log({ write: (line) => void lines.push(line) }, () => ({ format, replies: 'All' })).warn(ODD, { reason: ODD });
  return lines.join('');
}

describe('the log of a peer', () => {
  it('is one line of text that controls no terminal', () => {
    expect(logged('text')).to.equal('WARN a\\u001b[31m\\u007f\\u009b\\u202e\\u2028b\\nc\n');
  });

  it('is one line of JSON that controls no terminal and has the same value', () => {
    expect(logged('json')).to.match(/^\P{C}+\n$/u);
    expect(JSON.parse(logged('json'))).to.include({ level: 'warn', msg: ODD, reason: ODD });
  });
});
