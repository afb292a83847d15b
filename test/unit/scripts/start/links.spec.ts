import { expect } from 'chai';
import { LinkTally, linkOf } from '../../../../scripts/start/links.ts';

describe('link of a log line', () => {
  it('goes from the pod to the responder that the line names', () => {
    const line = String.raw`Pinged http://web-1.web.demo.svc.cluster.local:8080/ping - Response: "pong\n" from web-1 in 1.9 ms`;
    expect(linkOf('web-0', line)).to.deep.equal({ from: 'web-0', to: 'web-1' });
  });

  it('is not there when the peer gave another answer', () => {
    expect(linkOf('web-0', 'Pinged http://web-1:8080/ping - Response: "no" from web-1 in 2 ms')).to.equal(undefined);
  });

  it('is not there in a line about something else', () => {
    expect(linkOf('web-0', 'Listening on 0.0.0.0:8080')).to.equal(undefined);
  });
});

describe('link tally', () => {
  it('expects a link each way between any two peers', () => {
    expect(new LinkTally(['a', 'b', 'c', 'd', 'e']).total).to.equal(20);
  });

  it('counts a link once, however often it is seen', () => {
    const tally = new LinkTally(['a', 'b']);
    tally.see({ from: 'a', to: 'b' });
    tally.see({ from: 'a', to: 'b' });
    expect(tally.seen).to.equal(1);
    expect(tally.missing).to.deep.equal(['b → a']);
  });

  it('ignores a link to a stranger', () => {
    const tally = new LinkTally(['a', 'b']);
    tally.see({ from: 'a', to: 'gateway' });
    expect(tally.seen).to.equal(0);
  });
});
