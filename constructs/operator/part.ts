import { OPERATOR_LABELS } from '../labels.ts';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../names.ts';

/** What every part of the operator is made with. */
export interface OperatorPartProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Of the one installation in a cluster. */
export const OPERATOR_PART: OperatorPartProps = {
  namespace: OPERATOR_NAMESPACE,
  name: OPERATOR_NAME,
  labels: OPERATOR_LABELS,
};
