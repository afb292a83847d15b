import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clientServiceName } from './addresses.ts';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import { peerSelector } from './labels.ts';
import { ADMIN_PORT, PING_PORT } from './names.ts';

export interface PeerServicesProps {
  readonly metadata: (name: string) => k8s.ObjectMeta;
  readonly group: string;
  readonly service: CompletePeerGroupSpec['service'];
}

/** The two Services of a group: one that gives each peer a name, one by which clients reach any of them. */
export class PeerServices extends Construct {
  constructor(scope: Construct, id: string, { metadata, group, service }: PeerServicesProps) {
    super(scope, id);
    const selector = peerSelector(group);
    new k8s.KubeService(this, 'peers', {
      metadata: metadata(group),
      spec: {
        clusterIp: 'None',
        // A peer that is starting or leaving has an address too: whether it answers is what is being measured.
        publishNotReadyAddresses: true,
        selector,
        ports: [port('ping', PING_PORT), port('admin', ADMIN_PORT)],
      },
    });
    new k8s.KubeService(this, 'clients', {
      metadata: { ...metadata(clientServiceName(group)), annotations: service.annotations },
      spec: { type: service.type, selector, ports: [port('ping', PING_PORT)] },
    });
  }
}

function port(name: string, number: number): k8s.ServicePort {
  return { name, port: number, targetPort: k8s.IntOrString.fromString(name) };
}
