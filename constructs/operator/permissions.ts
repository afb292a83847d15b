import { ApiObject, JsonPatch } from 'cdk8s';
import { ApiResource, ClusterRole } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Labels } from '../labels.ts';
import { unset } from './unset.ts';

/** Permissions on one type of resource. */
export interface Permission {
  /** `''` is the core group. */
  readonly apiGroup: string;
  /** Plural, with a subresource after a slash. */
  readonly resourceType: string;
  /** @default any name */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface PermissionsProps {
  readonly name: string;
  readonly labels: Labels;
  readonly permissions: readonly Permission[];
}

/** A ClusterRole with a rule for each permission. */
export class Permissions extends Construct {
  readonly role: ClusterRole;

  constructor(scope: Construct, id: string, { name, labels, permissions }: PermissionsProps) {
    super(scope, id);
    const rules = permissions.map(({ verbs, resourceNames: _, ...endpoint }) => ({
      verbs: [...verbs],
      endpoints: [ApiResource.custom(endpoint)],
    }));
    this.role = new ClusterRole(this, 'role', { metadata: { name, labels }, rules });
    // cdk8s-plus always writes an empty list, which the API server does not store, and accepts only names of its own objects.
    permissions.forEach(({ resourceNames }, index) => {
      const path = `/rules/${index}/resourceNames`;
      if (resourceNames === undefined) unset(this.role, path);
      else ApiObject.of(this.role).addJsonPatch(JsonPatch.replace(path, resourceNames));
    });
  }
}
