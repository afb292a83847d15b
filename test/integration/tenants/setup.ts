// What one tenant does to the others: definitions are replaced and memory is measured, so nobody shares this control plane.
import type { Context } from 'mocha';
import { startSharedControlPlane, stopSharedControlPlane } from '../../support/control-plane.ts';

/** Jobs run beside the abuse: a scheduler gives their pods nodes, and kwok plays the kubelet. */
function beforeAll(this: Context): Promise<void> {
  return startSharedControlPlane.call(this, { scheduler: true, kwok: { runMs: 700 } });
}

export const mochaHooks = { beforeAll };
export const mochaGlobalTeardown = stopSharedControlPlane;
