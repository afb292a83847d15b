/** `npm run admission`: writes examples/admission/, the admission policies that an administrator may add. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { stringify } from 'yaml';
import { OPERATOR_LABELS } from '../constructs/labels.ts';
import { OPERATOR_NAME } from '../constructs/names.ts';
import { CreatorRights } from '../constructs/operator/creator-rights.ts';

/** Path of the policies from the project's folder. */
export const CREATOR_RIGHTS_FILE = 'examples/admission/creator-rights.yaml';

const HEAD = `# Written by npm run admission; its source is constructs/operator/creator-rights.ts.
# Nobody gets through a PeerGroup or a ComputeJob what they may not create themselves. Kubernetes 1.30 or later:
#   kubectl apply -f ${CREATOR_RIGHTS_FILE}
`;

export function creatorRightsText(): string {
  const chart = new Chart(new App(), 'admission');
  new CreatorRights(chart, 'creator-rights', { name: OPERATOR_NAME, labels: OPERATOR_LABELS });
  return HEAD + (chart.toJson() as object[]).map((object) => stringify(object, { lineWidth: 0 })).join('---\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', CREATOR_RIGHTS_FILE), creatorRightsText());
