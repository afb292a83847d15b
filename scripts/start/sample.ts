/** The group of peers that `npm start` shows: the one that examples/app.ts declares. */
export const SAMPLE = {
  namespace: 'demo',
  group: 'web',
  peers: ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'],
  /** Label selector of its pods. */
  selector: 'app.kubernetes.io/instance=web',
} as const;
