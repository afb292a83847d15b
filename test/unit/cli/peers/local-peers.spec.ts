import { expect } from 'chai';
import { type LocalPeers, startLocalPeers } from '../../../../cli/peers/local-peers.ts';
import { waitUntil } from '../../../support/server/test-server.ts';

describe('local peers', function () {
  this.timeout(60_000);
  let peers: LocalPeers | undefined;
  afterEach(() => peers?.stop());

  it('show all 20 links of a full mesh of five, each line naming who pinged and who answered', async () => {
    const links = new Set<string>();
    peers = await startLocalPeers({
      count: 5,
      onLine: (line) => {
        const match = /^(peer-\d) {2}Pinged http:\S+\/ping - Response: "pong\\n" from (peer-\d) in [\d.]+ ms$/.exec(
          line,
        );
        if (match) links.add(`${match[1]} to ${match[2]}`);
      },
    });
    await waitUntil('all 20 links', () => links.size >= 20, 40_000);
    expect([...links].filter((link) => /(peer-\d) to \1/.test(link))).to.deep.equal([]);
  });
});
