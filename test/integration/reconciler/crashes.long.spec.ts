import { crashCases } from '../../support/crash-cases.ts';

/** Five children, the status and the Event of a group's first convergence. */
const POINTS = [1, 2, 3, 4, 5, 6, 7].flatMap((write) => [`before:${write}`, `after:${write}`]);

describe('an operator killed around each of its writes', () => crashCases(POINTS));
