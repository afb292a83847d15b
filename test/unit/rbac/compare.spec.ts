import { expect } from 'chai';
import { compareGrants } from '../../support/rbac/compare.ts';
import { type Grant, operatorGrants } from '../../support/rbac/grants.ts';
import type { Use, UsedObject } from '../../support/rbac/uses.ts';

const OWN = new Set(['operator']);

function grant(fields: Partial<Grant> = {}): Grant {
  return {
    ...{ role: 'r', apiGroup: 'apps', resource: 'statefulsets', verb: 'get', names: undefined, namespace: undefined },
    ...fields,
  };
}

/** @param places such as `demo/web` */
function use(places: readonly string[], fields: Partial<Use> = {}): Use {
  const objects = places.map((place): UsedObject => {
    const [namespace, name] = place.split('/') as [string, string];
    return { namespace, name };
  });
  return { apiGroup: 'apps', resource: 'statefulsets', verb: 'get', objects, ...fields };
}

describe('the comparison of grants with their use', () => {
  it('finds nothing when every verb is used on objects of several names and namespaces', () => {
    expect(compareGrants([grant()], [use(['a/x', 'b/y'])], OWN)).to.deep.equal([]);
  });

  it('finds a verb that nobody used, or on another resource, subresource or group only', () => {
    const others = [
      use(['a/x'], { verb: 'list' }),
      use(['a/x'], { resource: 'statefulsets/status' }),
      use(['a/x'], { apiGroup: '' }),
    ];
    expect(compareGrants([grant()], others, OWN)).to.deep.equal(['role r: get apps/statefulsets: granted, never used']);
  });

  it('finds a grant by name whose name was never used, and one in a namespace that was never used', () => {
    const grants = [grant({ names: ['other'] }), grant({ namespace: 'elsewhere' })];
    expect(compareGrants(grants, [use(['a/x', 'b/y'])], OWN)).to.have.length(2);
  });

  it('finds a grant whose every use another one grants, too', () => {
    const narrow = grant({ role: 'narrow', namespace: 'a' });
    const broad = grant({ role: 'broad' });
    expect(compareGrants([narrow, broad], [use(['a/x', 'b/y'])], OWN)).to.deep.equal([
      'role narrow: get apps/statefulsets: every use is granted by broad too',
    ]);
    expect(compareGrants([narrow, broad], [use(['a/x'])], OWN).join()).to.include('granted by narrow too');
  });

  it('finds a grant that is broader than its use: all namespaces for one of our own, any name for one', () => {
    expect(compareGrants([grant()], [use(['operator/x', 'operator/y'])], OWN)).to.deep.equal([
      'role r: get apps/statefulsets: granted in all namespaces, used in operator only',
    ]);
    expect(compareGrants([grant()], [use(['a/x', 'b/x', 'c/x'])], OWN)).to.deep.equal([
      'role r: get apps/statefulsets: granted for any name, used for x only',
    ]);
  });

  it('finds what grants everything there will be', () => {
    expect(compareGrants([grant({ verb: '*' })], [use(['a/x', 'b/y'])], OWN)).to.have.length(1);
  });

  it('leaves out what is documented, and finds an exception that nothing needs any more', () => {
    const exception = { apiGroup: 'apps', resource: 'statefulsets', verb: 'get', reason: 'because' };
    expect(compareGrants([grant()], [], OWN, [exception])).to.deep.equal([]);
    expect(compareGrants([grant()], [use(['a/x', 'b/y'])], OWN, [exception])).to.deep.equal([
      'exception: get apps/statefulsets: the exception is not needed any more',
    ]);
    const occasional = { ...exception, isOccasional: true };
    expect(compareGrants([grant()], [use(['a/x', 'b/y'])], OWN, [occasional])).to.deep.equal([]);
  });

  it("is about the operator's bound roles, cluster-wide and in single namespaces, and not about those for users", () => {
    const roles = new Set(operatorGrants().map(({ role, namespace }) => [role, namespace].join(' ')));
    expect([...roles]).to.include.members(['rollcall ', 'rollcall-leader-election rollcall-system']);
    expect([...roles].join()).not.to.include('rollcall-view');
  });
});
