import { jobCrashCases } from '../../support/job-crash-cases.ts';

/** In the middle of the pods. The other points are in the long run. */
describe('crash safety of jobs', () => jobCrashCases({ name: 'crash', points: ['before:4'] }));
