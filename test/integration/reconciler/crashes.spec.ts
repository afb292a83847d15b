import { crashCases } from '../../support/crash-cases.ts';

/** Between two children, and between the status and the Event. The other points are in the long run. */
describe('an operator killed', () => crashCases(['after:1', 'before:4', 'after:6']));
