import { stopComputePlane } from '../support/compute-plane.ts';
import { needControlPlane, startSharedControlPlane, stopSharedControlPlane } from '../support/control-plane.ts';

export const mochaGlobalSetup = startSharedControlPlane;
export async function mochaGlobalTeardown(): Promise<void> {
  await Promise.all([stopComputePlane(), stopSharedControlPlane()]);
}
export const mochaHooks = { beforeAll: needControlPlane };
