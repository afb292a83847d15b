import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { API_VERSION } from '../names.ts';
import { type CelRule, validations } from './rule.ts';
import { type JsonSchema, structuralSchema } from './structural-schema.ts';

/** A printer column of `kubectl get`. The API server drops every column from the first bad path on without a word. */
export interface Column {
  readonly name: string;
  readonly type: 'integer' | 'string' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  /** 1: only with `-o wide`. */
  readonly priority?: number;
}

/** Definition of a custom resource. */
export interface CustomResourceKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  /** Rules on the whole object; of metadata CEL sees only name and generateName. */
  readonly rules: readonly CelRule[];
  readonly columns: readonly Column[];
  /** Paths of the scale subresource, by which `kubectl scale` and autoscalers work. */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath: string;
  };
}

/** Schema of the whole object, as the API server takes it. */
export function objectSchema(kind: CustomResourceKind) {
  return {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: 'Version of the schema of this object.' },
      kind: { type: 'string', description: 'Kind of this object.' },
      // Of metadata a CRD may restrict nothing but the name, which the rules do.
      metadata: { type: 'object' },
      spec: structuralSchema(kind.spec),
      status: structuralSchema(kind.status),
    },
    // An empty list would not be kept.
    ...(kind.rules.length > 0 && { 'x-kubernetes-validations': validations(kind.rules) }),
  } satisfies JsonSchema;
}

/** The CustomResourceDefinition of one kind. */
export class CustomResource extends Construct {
  constructor(scope: Construct, id: string, kind: CustomResourceKind) {
    super(scope, id);
    new ApiObject(this, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${kind.plural}.${kind.group}` },
      spec: {
        group: kind.group,
        scope: kind.scope,
        names: {
          kind: kind.kind,
          listKind: `${kind.kind}List`,
          plural: kind.plural,
          singular: kind.singular,
          shortNames: kind.shortNames,
          categories: ['rollcall'],
        },
        versions: [
          {
            name: API_VERSION,
            served: true,
            storage: true,
            schema: { openAPIV3Schema: objectSchema(kind) },
            additionalPrinterColumns: kind.columns,
            subresources: { status: {}, ...(kind.scale && { scale: kind.scale }) },
          },
        ],
      },
    });
  }
}
