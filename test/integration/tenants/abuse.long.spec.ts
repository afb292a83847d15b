import { abuseCases } from '../../support/abuse-cases.ts';

describe('a tenant that asks for very much', () => {
  abuseCases({ largeGroups: 150 });
});
