import { expect } from 'chai';
import { NO_RENDER_INPUTS } from '../../../../../constructs/render-inputs.ts';
import { renderGroup } from '../../../../../reconciler/peer-group/children/render.ts';
import type { PeerGroupObject } from '../../../../../reconciler/peer-group/resources.ts';
import { createCertificate } from '../../../../support/server/certificates.ts';

const NODES = ['a', 'b'].map((node, i) => ({ node, address: `10.0.0.${i + 1}`, zone: undefined }));
const OTHER = { placement: 'Replicas', replicas: 2, tls: { mode: 'None' }, nodePeers: [] } as const;

describe('config fault', () => {
  it('is none where the peers take the config, whatever is in it', () => {
    const acceptCert = { pem: createCertificate('gw').certificate };
    expect(
      faultOf({
        tls: { mode: 'Mutual' },
        topology: { type: 'Sampled', degree: 2 },
        connection: 'Fresh',
        peers: [
          { name: 'gw', url: 'https://[fd00::1]:8443/a?b=[1]', acceptCert },
          { group: 'other' },
          { group: 'other', via: 'Pods', name: 'others', expect: 'Unreachable' },
          { group: 'gone' },
        ],
      }),
    ).to.equal(undefined);
    expect(faultOf({ placement: 'PerNode' })).to.equal(undefined);
    expect(faultOf({ replicas: 0 })).to.equal(undefined);
  });

  it('names the peer whose address is none', () => {
    expect(faultOf({ peers: [{ name: 'shop', url: 'http://10.0.0.256:80' }] })).to.equal(
      'config.yaml: peers[1].url: must be an absolute http:// or https:// URL (peer shop)',
    );
  });

  it('names what two entries stand for', () => {
    const url = 'http://10.0.0.9';
    expect(faultOf({ placement: 'PerNode', peers: [{ name: 'b', url }] })).to.match(/ has two peers named b /);
    expect(
      faultOf({
        peers: [
          { group: 'other', via: 'Pods' },
          { name: 'other-1', url },
        ],
      }),
    ).to.match(/ has two peers named other-1 /);
  });

  it('names the peer whose certificate is none', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    expect(faultOf({ peers: [{ name: 'gw', url: 'https://gw', acceptCert: { pem } }] })).to.match(
      /^acceptCert of peer gw is not a PEM certificate \(.+\)$/,
    );
  });

  function faultOf(spec: PeerGroupObject['spec']): string | undefined {
    const group = {
      apiVersion: 'rollcall.dev/v1alpha1',
      kind: 'PeerGroup',
      metadata: { name: 'web', namespace: 'ns', uid: 'uid' },
      spec,
    };
    const inputs = { ...NO_RENDER_INPUTS, nodePeers: NODES, groups: new Map([['other', OTHER]]) };
    return renderGroup(group, { image: 'rollcall:0', clusterDomain: 'cluster.local' }, inputs).configFault;
  }
});
