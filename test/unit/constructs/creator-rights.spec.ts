import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CREATOR_RIGHTS_FILE, creatorRightsText } from '../../../scripts/admission.ts';
import { distManifests, type ManifestObject, objectsOf } from '../../support/manifests.ts';

describe('examples/admission/', () => {
  it('is what `npm run admission` writes', () => {
    expect(readFileSync(join(import.meta.dirname, '../../..', CREATOR_RIGHTS_FILE), 'utf8')).to.equal(
      creatorRightsText(),
    );
  });

  it('asks for the right to create every kind that the operator may create', () => {
    const role = Object.values(distManifests())
      .flatMap((text) => objectsOf(text))
      .find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'rollcall')!;
    const created: string[] = role.rules
      .filter(({ verbs }: { verbs: string[] }) => verbs.includes('create'))
      .flatMap(({ resources }: { resources: string[] }) => resources);
    // The cluster's own, what is derived from the spec without being the user's choice (EndpointSlices have the job's own pods), notes, and questions.
    const exempt = ['computenodes', 'secrets', 'events', 'endpointslices', 'subjectaccessreviews'];
    const asked = new Set(
      objectsOf(creatorRightsText()).flatMap(({ spec }: ManifestObject) =>
        [...JSON.stringify(spec.validations ?? []).matchAll(/resource\('(\w+)'\)[^"]*?check\('create'\)/g)].map(
          ([, resource]) => resource,
        ),
      ),
    );
    expect(created.filter((resource) => !exempt.includes(resource) && !asked.has(resource))).to.deep.equal([]);
  });
});
