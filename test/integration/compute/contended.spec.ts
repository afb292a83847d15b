import { contentionCase } from '../../support/contention-case.ts';

describe('job scheduling under contention', () => contentionCase({ name: 'crowd', nodes: 10, gangs: 6, size: 5 }));
