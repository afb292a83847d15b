import { DEFAULT_IMAGE } from '../../constructs/image.ts';
import { BUSYBOX_IMAGE } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';

/** Security settings that Pod Security `restricted` asks for. */
const RESTRICTED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** A pod that answers `GET /name` on port 8080 with its own name, as a member of the headless Service `web`. */
export function webPod(name: string, nodeName?: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web' } },
    spec: {
      nodeName,
      hostname: name,
      subdomain: 'web',
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'web',
          image: BUSYBOX_IMAGE,
          command: ['sh', '-c', 'mkdir /tmp/www && hostname >/tmp/www/name && exec httpd -f -p 8080 -h /tmp/www'],
          readinessProbe: { httpGet: { path: '/name', port: 8080 }, periodSeconds: 1 },
          securityContext: RESTRICTED,
        },
      ],
    },
  };
}

/** A pod that runs a command of the Rollcall image once, under Pod Security `restricted` and with no user but the image's own. */
export function imagePod(
  name: string,
  command: readonly string[],
  more: { readonly container?: object; readonly pod?: object } = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      ...more.pod,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          ...{ name, image: DEFAULT_IMAGE, imagePullPolicy: 'Never', command, ...more.container },
          securityContext: RESTRICTED,
        },
      ],
    },
  };
}

/** The headless Service `web` and the Service `front` of all web pods. */
export function webServices(): object[] {
  const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
  const selector = { app: 'web' };
  return [
    service('web', { clusterIP: 'None', selector, ports: [{ port: 8080 }] }),
    service('front', { selector, ports: [{ port: 80, targetPort: 8080 }] }),
  ];
}

/** Creates the objects in the namespace and waits until its web pods are Ready. */
export async function deploy(kubectl: Kubectl, namespace: string, objects: readonly object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await kubectl(['-n', namespace, 'apply', '-f', '-'], { input });
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', 'pod', '-l', 'app=web', '--timeout=60s']);
}

/** What a pod gets from a URL; `no answer` after two seconds. */
export async function fetchFrom(kubectl: Kubectl, namespace: string, pod: string, url: string): Promise<string> {
  try {
    return (await kubectl(['-n', namespace, 'exec', pod, '--', 'timeout', '2', 'wget', '-qO-', url])).trim();
  } catch {
    return 'no answer';
  }
}
