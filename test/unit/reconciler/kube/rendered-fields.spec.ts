import { expect } from 'chai';
import { rendersAs } from '../../../../reconciler/kube/rendered-fields.ts';

describe('rendered fields', () => {
  const same = (title: string, rendered: unknown, actual: unknown) =>
    it(`are there: ${title}`, () => {
      expect(rendersAs(rendered, actual)).to.equal(true);
    });
  const different = (title: string, rendered: unknown, actual: unknown) =>
    it(`are not there: ${title}`, () => {
      expect(rendersAs(rendered, actual)).to.equal(false);
    });

  same('with defaults beside them', { replicas: 2 }, { replicas: 2, podManagementPolicy: 'Parallel', status: {} });
  same(
    'a quantity in another form',
    { requests: { cpu: '0.5', memory: '1Gi' } },
    { requests: { cpu: '500m', memory: '1024Mi' } },
  );
  same('a number as text', { port: '8080' }, { port: 8080 });
  same('an empty list, left out', { env: [] }, {});
  same('empty labels, left out', { labels: {} }, {});
  same('false, left out', { hostNetwork: false }, {});
  same(
    'list entries by name, in another order, with others between',
    { containers: [{ name: 'a', image: 'x' }] },
    { containers: [{ name: 'injected' }, { name: 'a', image: 'x' }] },
  );
  same(
    'owner references by uid',
    { ownerReferences: [{ uid: '1', controller: true }] },
    { ownerReferences: [{ uid: '2' }, { uid: '1', controller: true }] },
  );

  different('another value', { replicas: 2 }, { replicas: 3 });
  different('a missing field', { replicas: 2 }, {});
  different('another quantity', { requests: { cpu: '1' } }, { requests: { cpu: '1001m' } });
  different('text that only looks like a quantity', { version: '1' }, { version: '1000m' });
  different('a command with one argument more', { args: ['a'] }, { args: ['a', 'b'] });
  different('a command in another order', { args: ['a', 'b'] }, { args: ['b', 'a'] });
  different('emptyDir replaced', { emptyDir: {} }, { hostPath: { path: '/' } });
  different('a list entry gone', { containers: [{ name: 'a' }, { name: 'b' }] }, { containers: [{ name: 'a' }] });
});
