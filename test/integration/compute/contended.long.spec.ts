import { contentionCase } from '../../support/contention-case.ts';

describe('job scheduling under heavy contention', () =>
  contentionCase({ name: 'throng', nodes: 100, gangs: 20, size: 20 }));
