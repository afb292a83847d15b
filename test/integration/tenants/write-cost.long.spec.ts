import { LARGEST_OBJECTS } from '../../support/largest-objects.ts';
import { writeCostCases } from '../../support/write-cost-cases.ts';

describe('the rules of the definitions, at every limit', () => {
  writeCostCases(LARGEST_OBJECTS.filter(({ inShort }) => !inShort));
});
