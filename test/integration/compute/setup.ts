import { stopComputePlane } from '../../support/compute-plane.ts';
import { lookForMissing, needControlPlane } from '../../support/control-plane.ts';

export const mochaGlobalSetup = lookForMissing;
export const mochaGlobalTeardown = stopComputePlane;
export const mochaHooks = { beforeAll: needControlPlane };
