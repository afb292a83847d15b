import { expect } from 'chai';
import { Admissions } from '../../../../../reconciler/compute-job/pods/admission.ts';
import { ApiStatusError, ConnectionError } from '../../../../../reconciler/kube/errors.ts';

function harness() {
  const clock = { now: 0 };
  const known: string[] = [];
  const asked: { resolve: (requests: object) => void; reject: (error: unknown) => void }[] = [];
  const admissions = new Admissions({ now: () => clock.now, onKnown: (keys) => known.push(...keys) });
  const of = (shape = 'ns/a', key = 'ns/job') =>
    admissions.of(
      shape,
      key,
      () => new Promise((resolve, reject) => asked.push({ resolve: resolve as (requests: object) => void, reject })),
    );
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, known, asked, of, settle };
}

const status = (code: number, reason: string, message = 'no') => new ApiStatusError(code, { reason, message });

describe('what admission makes of a pod', () => {
  it('is asked once for a shape, whoever wants to know, and told to all of them', async () => {
    const { of, asked, known, settle } = harness();
    expect(of('ns/a', 'ns/one')).to.deep.equal({ type: 'Asking' });
    of('ns/a', 'ns/two');
    expect(asked).to.have.length(1);
    asked[0]!.resolve({ cpu: 3000 });
    await settle();
    expect(known).to.deep.equal(['ns/one', 'ns/two']);
    expect(of()).to.deep.equal({ type: 'Admitted', requests: { cpu: 3000 } });
  });

  it('is asked again after five minutes, and counts as before until it is known', async () => {
    const { of, asked, clock, settle } = harness();
    of();
    asked[0]!.resolve({ cpu: 1 });
    await settle();
    clock.now = 299_999;
    of();
    expect(asked).to.have.length(1);
    clock.now = 300_000;
    expect(of()).to.deep.equal({ type: 'Admitted', requests: { cpu: 1 } });
    asked[1]!.resolve({ cpu: 2 });
    await settle();
    expect(of()).to.deep.equal({ type: 'Admitted', requests: { cpu: 2 } });
  });

  for (const [what, error, type] of [
    ['422 of the validation', status(422, 'Invalid'), 'Invalid'],
    [
      '422 of a policy',
      status(422, 'Invalid', "ValidatingAdmissionPolicy 'x' with binding 'y' denied request: no"),
      'Rejected',
    ],
    ['422 of a webhook', status(422, 'Invalid', 'admission webhook "x" denied the request: no'), 'Rejected'],
    ['403', status(403, 'Forbidden'), 'Rejected'],
    ['404', status(404, 'NotFound'), 'Rejected'],
    ['429', status(429, 'TooManyRequests'), 'Rejected'],
    ['500', status(500, 'InternalError'), 'Rejected'],
    ['a broken connection', new ConnectionError('no'), 'Rejected'],
    ['409: the name is taken', status(409, 'AlreadyExists'), 'Unknown'],
    ['400: no dry run with this webhook', status(400, 'BadRequest'), 'Unknown'],
  ] as const) {
    it(`is ${type} for ${what}`, async () => {
      const { of, asked, settle } = harness();
      of();
      asked[0]!.reject(error);
      await settle();
      expect(of()).to.include({ type });
    });
  }

  it('is asked again after a rejection, less and less often', async () => {
    const { of, asked, clock, settle } = harness();
    const waits: number[] = [];
    for (let turn = 0; turn < 10; turn++) {
      of();
      asked[turn]!.reject(status(403, 'Forbidden'));
      await settle();
      const rejected = of();
      if (rejected.type !== 'Rejected') throw new Error(rejected.type);
      waits.push(rejected.retryMs);
      clock.now += rejected.retryMs;
    }
    expect(waits.slice(0, 3)).to.deep.equal([2_000, 4_000, 8_000]);
    expect(waits.at(-1)).to.equal(300_000);
  });
});
