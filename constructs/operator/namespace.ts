import { Namespace } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OperatorPartProps } from './part.ts';

/** The operator's namespace, in which Pod Security admits `restricted` pods only. */
export class OperatorNamespace extends Construct {
  constructor(scope: Construct, id: string, { namespace, labels }: OperatorPartProps) {
    super(scope, id);
    const level = (mode: string) => ({ [`pod-security.kubernetes.io/${mode}`]: 'restricted' });
    new Namespace(this, 'namespace', {
      metadata: { name: namespace, labels: { ...labels, ...level('enforce'), ...level('audit'), ...level('warn') } },
    });
  }
}
