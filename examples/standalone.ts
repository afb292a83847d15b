/**
 * The same peers without the operator: the constructs that it renders at run time, in a cdk8s app of your own. The pods
 * read a changed config all the same; what is missing is a status, and the nudge that brings the change within 2 s.
 *
 *   npx cdk8s synth --app 'node examples/standalone.ts' --output build/standalone && kubectl apply -f build/standalone
 */
import { App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { DEFAULT_IMAGE } from '../constructs/image.ts';
import { PeerGroupChildren } from '../constructs/peer-group.ts';

/** Three peers in a namespace of their own. */
export class Standalone extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const namespace = new Namespace(this, 'namespace', {
      metadata: { name: 'standalone', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    const peers = new PeerGroupChildren(this, 'web', {
      resource: { metadata: { name: 'web', namespace: 'standalone' }, spec: { replicas: 3, interval: '5s' } },
      context: { image: process.env.ROLLCALL_IMAGE || DEFAULT_IMAGE, clusterDomain: 'cluster.local' },
    });
    peers.node.addDependency(namespace);
  }
}

if (import.meta.main) {
  const app = new App();
  new Standalone(app, 'standalone');
  app.synth();
}
