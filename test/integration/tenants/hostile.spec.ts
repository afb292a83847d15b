import { hostileTenantCases } from '../../support/hostile-tenant-cases.ts';

describe('pods and jobs of a hostile tenant', () => {
  hostileTenantCases({ seconds: 10, pods: 2 });
});
