import { hostileTenantCases } from '../../support/hostile-tenant-cases.ts';

describe('many pods of a hostile tenant, for a minute', () => {
  hostileTenantCases({ seconds: 60, pods: 10 });
});
