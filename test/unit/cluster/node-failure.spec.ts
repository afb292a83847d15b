import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describeNodeFailure, whyItFailed } from '../../cluster/node-failure.ts';

// As a kubelet 1.34 and containerd 2 wrote them.
const INOTIFY = 'E1128 10:00:01.000001 42 run.go:72] "command failed" err="failed to run Kubelet: too many open files"';
const OTHER = 'E1128 10:00:02.000001 42 kubelet.go:1703] "Image garbage collection failed once" err="no stats"';
const INFO = 'I1128 10:00:03.000001 42 server.go:1262] "Started kubelet"';
const CONTAINERD = 'time="2026-11-28T10:00:00Z" level=error msg="failed to load cni" error="no network config found"';

describe('why a node of the local cluster does not start', () => {
  it('is told with the remedy, where that is known, whatever else went wrong after it', () => {
    const { line, remedy } = whyItFailed([[INOTIFY, OTHER, INFO].join('\n')]);
    expect(line).to.equal(INOTIFY);
    expect(remedy).to.include('fs.inotify.max_user_instances');
  });

  it('is told where only containerd knows it', () => {
    expect(whyItFailed([INFO, `${CONTAINERD}: no space left on device\n`]).remedy).to.include('disk space');
  });

  it('is the last error otherwise', () => {
    expect(whyItFailed([[OTHER, INFO].join('\n'), CONTAINERD])).to.deep.equal({ line: OTHER });
    expect(whyItFailed([INFO, CONTAINERD])).to.deep.equal({ line: CONTAINERD });
    expect(whyItFailed([INFO])).to.deep.equal({});
  });

  it('is told with the files that have the rest', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rollcall-node-'));
    try {
      expect(describeNodeFailure(dir)).to.equal(`; there are no logs in ${dir}`);
      writeFileSync(join(dir, 'kubelet.log'), `${INOTIFY}\n`);
      expect(describeNodeFailure(dir)).to.match(/^: E1128 .*too many open files"\n.*sysctl.*\nLogs: .*kubelet\.log$/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
