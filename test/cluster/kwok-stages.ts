/** What kwok makes of a pod: its command's first word says how it ends. */
export interface PodStages {
  /** How long a pod runs before it ends, in milliseconds. */
  readonly runMs: number;
}

/**
 * Stages (kwok.sigs.k8s.io/docs/user/stages-configuration) that treat every pod alike, whoever owns it; kwok's own complete those
 * of Jobs only. A pod whose command is `succeed` or `fail` ends so after its time; any other runs until it is deleted.
 *
 * @returns documents for kwok's configuration file
 */
export function podStages({ runMs }: PodStages): string {
  const ends = (command: string, phase: string, exitCode: number, reason: string) =>
    stage(`pod-${command}`, {
      selector: all(
        expression('.metadata.deletionTimestamp', 'DoesNotExist'),
        expression('.status.phase', 'In', 'Running'),
        expression('.spec.containers.[0].command.[0]', 'In', command),
      ),
      delay: { durationMilliseconds: runMs },
      next: { statusTemplate: ended(phase, exitCode, reason) },
    });
  return [
    stage('pod-run', {
      selector: all(
        expression('.metadata.deletionTimestamp', 'DoesNotExist'),
        expression('.status.podIP', 'DoesNotExist'),
      ),
      next: { statusTemplate: RUNNING },
    }),
    ends('succeed', 'Succeeded', 0, 'Completed'),
    ends('fail', 'Failed', 3, 'Error'),
    stage('pod-delete', {
      selector: all(expression('.metadata.deletionTimestamp', 'Exists')),
      next: { finalizers: { empty: true }, delete: true },
    }),
  ]
    .map((document) => JSON.stringify(document))
    .join('\n---\n');
}

function stage(name: string, spec: object): object {
  const resourceRef = { apiGroup: 'v1', kind: 'Pod' };
  return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Stage', metadata: { name }, spec: { resourceRef, ...spec } };
}

function all(...matchExpressions: object[]): object {
  return { matchExpressions };
}

function expression(key: string, operator: string, ...values: string[]): object {
  return { key, operator, ...(values.length > 0 && { values }) };
}

const RUNNING = `
{{ $now := Now }}
conditions:
- {type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: Ready, status: "True", lastTransitionTime: {{ $now | Quote }}}
- {type: ContainersReady, status: "True", lastTransitionTime: {{ $now | Quote }}}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  state: {running: {startedAt: {{ $now | Quote }}}}
{{ end }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
phase: Running
startTime: {{ $now | Quote }}
`;

function ended(phase: string, exitCode: number, reason: string): string {
  return `
{{ $now := Now }}
{{ $root := . }}
containerStatuses:
{{ range $index, $item := .spec.containers }}
{{ $before := index $root.status.containerStatuses $index }}
- name: {{ $item.name | Quote }}
  image: {{ $item.image | Quote }}
  ready: false
  restartCount: 0
  state:
    terminated:
      exitCode: ${exitCode}
      reason: ${reason}
      startedAt: {{ $before.state.running.startedAt | Quote }}
      finishedAt: {{ $now | Quote }}
{{ end }}
phase: ${phase}
`;
}
