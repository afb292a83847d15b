import { stopComputePlane } from '../../support/compute-plane.ts';
import { needControlPlane } from '../../support/control-plane.ts';

export const mochaHooks = { beforeAll: needControlPlane };
export const mochaGlobalTeardown = stopComputePlane;
