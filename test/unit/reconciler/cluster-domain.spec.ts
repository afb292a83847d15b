import { expect } from 'chai';
import { clusterDomainOf } from '../../../reconciler/cluster-domain.ts';

describe('cluster domain', () => {
  it("comes from the search list of a pod's resolv.conf", () => {
    const text =
      'nameserver 10.96.0.10\nsearch rollcall-system.svc.corp.example svc.corp.example corp.example\noptions ndots:5\n';
    expect(clusterDomainOf(text)).to.equal('corp.example');
  });

  it('is cluster.local outside of a cluster', () => {
    expect(clusterDomainOf('search office.example\n')).to.equal('cluster.local');
  });
});
