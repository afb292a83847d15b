import { expect } from 'chai';
import { ApiStatusError } from '../../../../reconciler/kube/errors.ts';
import type { ApplyConfiguration } from '../../../../reconciler/kube/object.ts';
import { problemsOf, problemUnlessGone } from '../../../../reconciler/peer-group/problem.ts';

const child: ApplyConfiguration = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'ns' } };

/** The one problem of a child that was refused like this. */
function refused(status: number, message: string) {
  return problemsOf([{ type: 'Rejected', child, error: new ApiStatusError(status, { kind: 'Status', message }) }])[0];
}

describe('problem', () => {
  for (const [reason, status, message] of [
    ['QuotaExceeded', 403, 'services "web" is forbidden: exceeded quota: tight, requested: services=1'],
    ['MissingPermission', 403, 'services is forbidden: User "u" cannot create resource "services" in API group ""'],
    ['PolicyDenied', 403, 'admission webhook "w" denied the request: no'],
    ['PolicyDenied', 422, "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"],
    ['Invalid', 422, 'Service "web" is invalid: spec.ports: Required value'],
  ] as const) {
    it(`is ${reason} for "${message.slice(0, 60)}…", in the API server's own words`, () => {
      expect(refused(status, message)).to.deep.equal({ reason, message: `Service web: ${message}` });
    });
  }

  it('says what to do about a taken name', () => {
    const [problem] = problemsOf([{ type: 'NameConflict', child }]);
    expect(problem?.message).to.match(
      /Service web already exists and is not controlled by this PeerGroup: delete or rename it/,
    );
  });

  it('is none for a child that is as it should be', () => {
    expect(
      problemsOf([
        { type: 'Unchanged', child, object: child },
        { type: 'Terminating', child },
      ]),
    ).to.deep.equal([]);
  });

  it('of a write is none when the object has gone or been replaced, and only what was refused otherwise', () => {
    const problem = (status: number, reason = '') =>
      problemUnlessGone('Pod', 'web-0', new ApiStatusError(status, { kind: 'Status', message: 'no', reason }));
    expect([problem(404), problem(409, 'Conflict')]).to.deep.equal([undefined, undefined]);
    expect(problem(422)).to.deep.equal({ reason: 'Invalid', message: 'Pod web-0: no' });
    expect(() => problem(500)).to.throw(ApiStatusError);
  });
});
