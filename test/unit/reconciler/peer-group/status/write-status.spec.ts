import { expect } from 'chai';
import type { PeerGroupSpec, PeerGroupStatus } from '../../../../../constructs/crds/peer-group.ts';
import { NO_RENDER_INPUTS } from '../../../../../constructs/render-inputs.ts';
import type { EventNote } from '../../../../../reconciler/kube/event-recorder.ts';
import { type ApplyConfiguration, keyOf } from '../../../../../reconciler/kube/object.ts';
import { renderGroup } from '../../../../../reconciler/peer-group/children/render.ts';
import { Absences } from '../../../../../reconciler/peer-group/connectivity/absences.ts';
import type { Problem } from '../../../../../reconciler/peer-group/problem.ts';
import type { PeerGroupObject } from '../../../../../reconciler/peer-group/resources.ts';
import { type WriteStatusContext, writeStatus } from '../../../../../reconciler/peer-group/status/write-status.ts';
import { CONTEXT } from '../../../../support/peer-groups.ts';
import { cacheOf, childCaches, group, pod, podCache, statefulSet } from '../builders.ts';
import { down, NOW, summary } from '../connectivity/support.ts';

const SPEC: PeerGroupSpec = { replicas: 2 };
const RENDERED = renderGroup(group('web', SPEC), CONTEXT, NO_RENDER_INPUTS);

interface World {
  /** What the status of the group is now. */
  readonly status?: PeerGroupStatus;
  readonly deleting?: boolean;
  /** Whether web-0 reports that it does not reach web-1. */
  readonly isDown?: boolean;
  /** How long the rate limiter makes a write wait. */
  readonly waitMs?: number;
  readonly observed?: boolean;
  readonly problems?: readonly Problem[];
}

/** The status that is written, if any, and the Events beside it. */
async function write({ status, deleting, isDown, waitMs = 0, observed = true, problems = [] }: World) {
  const base = group('web', SPEC);
  const metadata = { ...base.metadata, ...(deleting && { deletionTimestamp: '2026-01-01T12:00:00Z' }) };
  const own = { ...base, metadata, ...(status && { status }) } as PeerGroupObject;
  const groups = cacheOf([own]);
  const notUp = isDown ? [down('web-1')] : [];
  const hash = RENDERED.configHash;
  const written: PeerGroupStatus[] = [];
  const events: string[] = [];
  const context: WriteStatusContext = {
    ...childCaches(statefulSet(2)),
    ...podCache(pod(0), pod(1)),
    groups,
    nodes: undefined,
    reports: {
      reportOf: (uid) => {
        const name = uid.replace('pod', 'web');
        const report = summary(1, name === 'web-0' ? notUp : [], { name, config: { hash } });
        return { summary: report, fresh: true };
      },
    },
    absences: new Absences(),
    unsettled: new Absences(),
    statusWrites: { waitMs: () => waitMs },
    client: {
      apply: async (_type: unknown, object: ApplyConfiguration) => {
        written.push(object.status as PeerGroupStatus);
        return { ...own, ...object, metadata: { ...own.metadata, resourceVersion: '6' } } as never;
      },
    },
    events: { record: ({ reason, note }: EventNote) => events.push(`${reason}: ${note}`) },
    dnsTtlMs: 30_000,
    now: () => NOW,
  };
  const againInMs = await writeStatus(keyOf(own), own, observed ? RENDERED : undefined, problems, context);
  return { written, events, againInMs };
}

const conditionIn = (status: PeerGroupStatus | undefined, wanted: string) =>
  status?.conditions?.find(({ type }) => type === wanted);

describe('writing the status of a PeerGroup', () => {
  it('writes links, conditions and how many pods have the current configuration', async () => {
    const { written } = await write({});
    expect(written).to.have.length(1);
    expect(written[0]).to.deep.include({ updatedPeers: 2, readyReplicas: 2 });
    expect(written[0]?.connectivity).to.include({ summary: '2/2', down: 0 });
    expect(conditionIn(written[0], 'Connected')).to.include({ status: 'True', reason: 'AllLinksUp' });
  });

  it('writes nothing when nothing has changed', async () => {
    const [status] = (await write({})).written;
    expect((await write({ status: status! })).written).to.deep.equal([]);
  });

  it('records an Event for a link that goes down, once its outage is in the status', async () => {
    const { written, events } = await write({ isDown: true });
    expect(written[0]?.connectivity?.failing).to.have.length(1);
    expect(events).to.have.length(1);
    expect(events[0]).to.match(/^LinkDown: web-0 has not reached web-1 since .*Z: .*connection timed out/);
  });

  it('waits for the rate limiter, without an Event, and says for how long', async () => {
    expect(await write({ isDown: true, waitMs: 700 })).to.deep.equal({ written: [], events: [], againInMs: 700 });
  });

  it('does not observe the links of a group whose spec is invalid', async () => {
    const problem: Problem = { reason: 'InvalidSpec', message: 'spec.replicas: too small' };
    const { written } = await write({ observed: false, problems: [problem] });
    expect(conditionIn(written[0], 'Connected')).to.include({
      status: 'Unknown',
      reason: 'NotObserved',
      message: 'spec.replicas: too small',
    });
    expect(conditionIn(written[0], 'Degraded')).to.include({ status: 'True', reason: 'InvalidSpec' });
  });

  it('says of a group that is being deleted that it is', async () => {
    const { written } = await write({ observed: false, deleting: true });
    expect(conditionIn(written[0], 'Connected')).to.include({ status: 'Unknown', reason: 'Deleting' });
  });
});
