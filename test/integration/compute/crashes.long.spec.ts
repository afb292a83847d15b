import { jobCrashCases, pointsUpTo } from '../../support/job-crash-cases.ts';

describe('crash safety of jobs at every write', () => jobCrashCases({ name: 'crashes', points: pointsUpTo(12) }));

describe('crash safety of jobs at every write of a gang that fails twice', () =>
  jobCrashCases({
    name: 'fails',
    points: pointsUpTo(12),
    spec: { command: ['fail'], backoffLimit: 1 },
    outcome: { state: 'Failed', attempt: 2, failed: 2, disruptions: 0 },
  }));
