/** What `npm start` shows: the group of peers and the job that examples/app.ts declares. */
export const SAMPLE = {
  namespace: 'demo',
  group: 'web',
  peers: ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'],
  /** Label selector of the group's pods. */
  selector: 'app.kubernetes.io/instance=web',
  job: 'steps',
  /** Label selector of the job's pods. */
  jobSelector: 'app.kubernetes.io/instance=steps',
} as const;
