import { jobCrashCases } from '../../support/job-crash-cases.ts';

const WRITES = 8;
const points = Array.from({ length: WRITES }, (_, index) => [`before:${index + 1}`, `after:${index + 1}`]).flat();

describe('crash safety of jobs at every write', () => jobCrashCases({ name: 'crashes', points }));
