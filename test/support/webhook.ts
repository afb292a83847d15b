import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../cluster/index.ts';
import { createCertificate } from './server/certificates.ts';

export interface WebhookOptions {
  /** Of what it is called for, and its configuration's name. */
  readonly namespace: string;
  readonly rule: {
    readonly operations: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
  };
  /** JSON patch of what it is asked about. @default none */
  readonly patch?: readonly object[];
  /** How long it takes. @default 0 */
  readonly delayMs?: number;
}

/** A mutating admission webhook that lets everything pass. */
export interface Webhook {
  /** How often it was called. */
  readonly calls: number;
  readonly stop: () => Promise<void>;
}

/** Starts one on loopback, for version v1 of these resources. The API server takes a moment until it calls it. */
export async function startWebhook(controlPlane: ControlPlane, options: WebhookOptions): Promise<Webhook> {
  const { namespace, rule, patch, delayMs = 0 } = options;
  const { certificate, privateKey } = createCertificate('127.0.0.1', { days: 1 });
  const change = patch && { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
  let calls = 0;
  const server = createServer({ cert: certificate, key: privateKey }, async (request, response) => {
    calls++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { request: asked } = JSON.parse(Buffer.concat(chunks).toString());
    await sleep(delayMs);
    const answer = { uid: asked.uid, allowed: true, ...change };
    response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'test.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: {
          url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          caBundle: Buffer.from(certificate).toString('base64'),
        },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ ...rule, apiVersions: ['v1'] }],
      },
    ],
  };
  await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(configuration) });
  return {
    get calls() {
      return calls;
    },
    stop: async () => {
      await controlPlane.kubectl(['delete', 'mutatingwebhookconfiguration', namespace]);
      server.close();
      server.closeAllConnections();
    },
  };
}
