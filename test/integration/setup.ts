import { needControlPlane, startSharedControlPlane, stopSharedControlPlane } from '../support/control-plane.ts';

export const mochaGlobalSetup = startSharedControlPlane;
export const mochaGlobalTeardown = stopSharedControlPlane;
export const mochaHooks = { beforeAll: needControlPlane };
