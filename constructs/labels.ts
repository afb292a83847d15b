import {
  LABEL_COMPONENT,
  LABEL_INSTANCE,
  LABEL_MANAGED_BY,
  LABEL_NAME,
  LABEL_PART_OF,
  OPERATOR_NAME,
} from './names.ts';

export type Labels = Readonly<Record<string, string>>;

const NAME = 'rollcall';
const PEER = 'peer';
const JOB = 'job';

/** What selects the pods of all PeerGroups. */
export const PEERS_SELECTOR: Labels = { [LABEL_NAME]: NAME, [LABEL_COMPONENT]: PEER };

/** What selects the pods of a PeerGroup and nothing else in its namespace. It never changes: selectors are immutable. */
export function peerSelector(group: string): Labels {
  return { [LABEL_NAME]: NAME, [LABEL_INSTANCE]: group, [LABEL_COMPONENT]: PEER };
}

/** On every child of a PeerGroup and on its pods. */
export function peerLabels(group: string): Labels {
  return { ...peerSelector(group), [LABEL_PART_OF]: NAME, [LABEL_MANAGED_BY]: OPERATOR_NAME };
}

/** Label selector text of everything that {@link peerLabels} marks, of any group: what a watch of children asks for. */
export const PEER_CHILDREN_SELECTOR = selectorText({
  [LABEL_NAME]: NAME,
  [LABEL_COMPONENT]: PEER,
  [LABEL_MANAGED_BY]: OPERATOR_NAME,
});

/** What selects the pods of a ComputeJob and nothing else in its namespace. */
export function jobSelector(job: string): Labels {
  return { [LABEL_NAME]: NAME, [LABEL_INSTANCE]: job, [LABEL_COMPONENT]: JOB };
}

/** On every child of a ComputeJob. */
export function jobLabels(job: string): Labels {
  return { ...jobSelector(job), [LABEL_PART_OF]: NAME, [LABEL_MANAGED_BY]: OPERATOR_NAME };
}

/** Label selector text of everything that {@link jobLabels} marks, of any job. */
export const JOB_CHILDREN_SELECTOR = selectorText({
  [LABEL_NAME]: NAME,
  [LABEL_COMPONENT]: JOB,
  [LABEL_MANAGED_BY]: OPERATOR_NAME,
});

/** What selects the operator's pods. */
export const OPERATOR_SELECTOR: Labels = {
  [LABEL_NAME]: NAME,
  [LABEL_INSTANCE]: OPERATOR_NAME,
  [LABEL_COMPONENT]: 'operator',
};

/** On every object of the operator's installation. */
export const OPERATOR_LABELS: Labels = {
  ...OPERATOR_SELECTOR,
  [LABEL_PART_OF]: NAME,
  [LABEL_MANAGED_BY]: 'cdk8s',
};

/** Labels as the text of a label selector: `a=b,c=d`. */
export function selectorText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
