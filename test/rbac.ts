/**
 * Compares what the operator is granted with what it used, by audit logs of API servers.
 *
 *   node test/rbac.ts AUDIT_LOG...
 *
 * `npm run test:full` ends with it, over the logs of all its control planes.
 */
import { OPERATOR_NAMESPACE } from '../constructs/names.ts';
import { OPERATOR_USER } from './support/operator-identity.ts';
import { compareGrants } from './support/rbac/compare.ts';
import { GRANT_EXCEPTIONS } from './support/rbac/exceptions.ts';
import { operatorGrants } from './support/rbac/grants.ts';
import { Uses } from './support/rbac/uses.ts';

const files = process.argv.slice(2);
const uses = new Uses(OPERATOR_USER);
for (const file of files) await uses.read(file);
const grants = operatorGrants();
const own = new Set([OPERATOR_NAMESPACE, 'kube-node-lease', 'kube-system']);
const findings = compareGrants(grants, uses.all, own, GRANT_EXCEPTIONS);
for (const finding of findings) console.log(finding);
console.log(`${grants.length} granted verbs, ${findings.length} findings, ${files.length} audit logs`);
process.exitCode = findings.length > 0 ? 1 : 0;
