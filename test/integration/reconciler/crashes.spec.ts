import { crashCases } from '../../support/crash-cases.ts';

/** Between two children. The other points are in the long run. */
describe('an operator killed', () => crashCases(['before:4']));
