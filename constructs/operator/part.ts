import { OPERATOR_LABELS } from '../labels.ts';
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from '../names.ts';

/** Props of all parts of the operator. */
export interface OperatorPartProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Props of the installation in `rollcall-system`. */
export const OPERATOR_PART: OperatorPartProps = {
  namespace: OPERATOR_NAMESPACE,
  name: OPERATOR_NAME,
  labels: OPERATOR_LABELS,
};
