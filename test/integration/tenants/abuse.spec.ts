import { abuseCases } from '../../support/abuse-cases.ts';

describe('a tenant that asks for too much', () => {
  abuseCases({ largeGroups: 24 });
});
