import { startSharedControlPlane, stopSharedControlPlane } from '../support/control-plane.ts';

export const mochaHooks = { beforeAll: startSharedControlPlane };
export const mochaGlobalTeardown = stopSharedControlPlane;
