import { jobCrashCases } from '../../support/job-crash-cases.ts';

/** Between the status and the pods, and in the middle of the pods. The other points are in the long run. */
describe('crash safety of jobs', () => jobCrashCases({ name: 'crash', points: ['after:1', 'before:4'] }));
