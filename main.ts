/**
 * The cdk8s app: synthesises dist/, which installs Rollcall with `kubectl apply -f dist/`.
 *
 *   npx cdk8s synth                       $ROLLCALL_IMAGE: another image than this version's
 *                                         $ROLLCALL_SECURE_METRICS=true: metrics of the operator over TLS, by RBAC
 *                                         $ROLLCALL_NAMESPACES=a,b: PeerGroups of these namespaces only, by Roles there
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { CustomResource } from './constructs/crds/custom-resource.ts';
import { KINDS } from './constructs/crds/kinds.ts';
import { DEFAULT_IMAGE } from './constructs/image.ts';
import { parseNamespaceList } from './constructs/namespace-list.ts';
import { Operator } from './constructs/operator/operator.ts';

const app = new App();

const crds = new Chart(app, 'crds');
for (const kind of KINDS) new CustomResource(crds, kind.plural, kind);

const namespaces = readNamespaces();
const operator = new Chart(app, 'operator');
new Operator(operator, 'operator', {
  image: process.env.ROLLCALL_IMAGE || DEFAULT_IMAGE,
  secureMetrics: isSet('ROLLCALL_SECURE_METRICS'),
  ...(namespaces && { namespaces }),
});

// Which also numbers the files, so that `kubectl apply -f dist/` reads the CRDs first.
operator.addDependency(crds);

app.synth();

// A base for kustomize, whose name has no ending: `kubectl apply -f dist/` would take a .yaml for an object.
writeFileSync(
  join(app.outdir, 'Kustomization'),
  Yaml.stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: readdirSync(app.outdir)
      .filter((file) => file.endsWith(app.outputFileExtension))
      .sort(),
  }),
);

function isSet(name: string): boolean {
  const value = process.env[name] || 'false';
  if (value !== 'true' && value !== 'false') throw new Error(`${name} must be true or false, not "${value}"`);
  return value === 'true';
}

function readNamespaces(): readonly string[] | undefined {
  const list = parseNamespaceList(process.env.ROLLCALL_NAMESPACES ?? '');
  if ('fault' in list) throw new Error(`ROLLCALL_NAMESPACES ${list.fault}`);
  return list.namespaces;
}
