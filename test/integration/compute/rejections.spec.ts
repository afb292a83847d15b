import { expect } from 'chai';
import { computeNamespace, computePlane } from '../../support/compute-plane.ts';
import { computeJob } from '../../support/compute-suite.ts';
import { openWorld, type World } from '../../support/world.ts';

/** What no pod can have, by the field that the API server names. */
const REJECTED: Readonly<Record<string, readonly [spec: object, message: RegExp]>> = {
  'an environment variable A=B': [{ env: [{ name: 'A=B', value: 'x' }] }, /printable ASCII characters other than =/],
  'both value and valueFrom': [
    { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
    /value and valueFrom are mutually exclusive/,
  ],
  'no source in valueFrom': [{ env: [{ name: 'A', valueFrom: {} }] }, /exactly one source must be set in valueFrom/],
  'a negative number of CPUs': [{ resources: { requests: { cpu: -1 } } }, /requests.cpu.*greater than or equal to 0/],
  'a negative quantity': [{ resources: { limits: { memory: '-1Gi' } } }, /limits.memory/],
  'a quantity of 65 digits': [{ resources: { limits: { memory: '1'.repeat(65) } } }, /limits.memory: Too long/],
  'true as a quantity': [{ resources: { requests: { cpu: true } } }, /requests.cpu/],
  'an object as a quantity': [{ resources: { requests: { cpu: { a: 1 } } } }, /requests.cpu/],
  'operator Exists with a value': [
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    /value must be empty/,
  ],
  'no key without operator Exists': [{ tolerations: [{ value: 'b' }] }, /operator must be Exists when key is empty/],
  'tolerationSeconds for NoSchedule': [
    { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }] },
    /effect must be NoExecute/,
  ],
  'a negative tolerationSeconds': [
    { tolerations: [{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -5 }] },
    /tolerationSeconds must be at least 0/,
  ],
  'an image with a space': [{ image: 'my image' }, /image must be an image reference, without spaces/],
  'a ServiceAccount that cannot exist': [{ serviceAccountName: 'My Account' }, /must be a valid object name/],
  'a label key of 33,000 characters': [{ nodeSelector: { ['x'.repeat(33_000)]: 'y' } }, /must be label keys/],
  'a label key with a space': [{ nodeSelector: { 'a b': 'y' } }, /must be label keys/],
};

const ACCEPTED: Readonly<Record<string, object>> = {
  '0.5 CPUs as a number': { resources: { requests: { cpu: 0.5, memory: '1Gi' }, limits: { cpu: 1 } } },
  'an empty value beside valueFrom': {
    env: [{ name: 'A', value: '', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  },
  'a toleration of everything': { tolerations: [{ operator: 'Exists' }] },
  'a toleration for a while': {
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
  },
  'label keys with and without a domain': { nodeSelector: { disk: 'ssd', 'example.com/Zone_1': 'a' } },
};

describe('a ComputeJob that no pod can be made of', function () {
  this.timeout(60_000);
  let world: World;
  let namespace: string;

  before(async function () {
    this.timeout(600_000);
    world = openWorld(await computePlane());
    namespace = await computeNamespace(this as never);
  });

  after(() => world.close());

  const create = (name: string, spec: object) =>
    world.create(computeJob(namespace, name, { suspend: true, ...spec })).then(
      () => 'created',
      ({ message }: Error) => message,
    );

  for (const [what, [spec, message]] of Object.entries(REJECTED)) {
    it(`is rejected for ${what}`, async () => {
      expect(await create('rejected', spec)).to.match(message);
    });
  }

  for (const [index, [what, spec]] of Object.entries(ACCEPTED).entries()) {
    it(`is not to be found in ${what}`, async () => {
      expect(await create(`accepted-${index}`, spec)).to.equal('created');
    });
  }
});
