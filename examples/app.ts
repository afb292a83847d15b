/**
 * A cdk8s app of your own that declares a PeerGroup and a ComputeJob: typed, checked by your editor, synthesised with the rest of your app.
 *
 *   npx cdk8s synth --app 'node examples/app.ts' --output build/sample && kubectl apply -f build/sample
 */
import { App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ComputeJob, PeerGroup } from '../imports/rollcall.dev.ts';

/** Five peers that ping each other every five seconds, and a job that runs once, in a namespace of their own. */
export class Demo extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const namespace = new Namespace(this, 'namespace', {
      metadata: { name: 'demo', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    const web = new PeerGroup(this, 'web', {
      metadata: { name: 'web', namespace: 'demo' },
      spec: { replicas: 5, interval: '5s' },
    });
    web.addDependency(namespace);
    const steps = new ComputeJob(this, 'steps', {
      metadata: { name: 'steps', namespace: 'demo' },
      spec: {
        parallelism: 1,
        command: ['sh', '-c', 'for step in 1 2 3; do echo "Step $step of 3 on $ROLLCALL_NODE"; sleep 1; done'],
      },
    });
    steps.addDependency(namespace);
  }
}

if (import.meta.main) {
  const app = new App();
  new Demo(app, 'demo');
  app.synth();
}
