/** Nodes `fake-FIRST` to `fake-LAST` for kwok to play: 32 CPUs each, spread over three zones, tainted against real pods. */
export function fakeNodes(first: number, last: number): object {
  const items = Array.from({ length: last - first + 1 }, (_, i) => fakeNode(first + i));
  return { apiVersion: 'v1', kind: 'List', items };
}

function fakeNode(number: number): object {
  const name = `fake-${number}`;
  const resources = { cpu: '32', memory: '256Gi', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake', 'node.alpha.kubernetes.io/ttl': '0' },
      labels: {
        type: 'kwok',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `z${number % 3}`,
      },
    },
    spec: { taints: [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }] },
    status: { allocatable: resources, capacity: resources },
  };
}
