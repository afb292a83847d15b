import { needTestCluster, startTestCluster, stopTestCluster } from '../support/cluster.ts';

export const mochaGlobalSetup = startTestCluster;
export const mochaGlobalTeardown = stopTestCluster;
export const mochaHooks = { beforeAll: needTestCluster };
