import * as z from 'zod';

/** A node of an OpenAPI v3 schema as the API server takes it. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * The schema as a structural schema, which is what a CRD may carry
 * (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
 * Output of zod that the API server rejects or that only repeats a type is removed.
 */
export function structuralSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema['x-kubernetes-int-or-string']) delete jsonSchema.anyOf;
      if (jsonSchema['x-kubernetes-preserve-unknown-fields']) {
        delete jsonSchema.additionalProperties;
        delete jsonSchema.anyOf;
      }
      if (jsonSchema.type === 'integer') intBounds(jsonSchema);
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // The API server doesn't keep it, so that every further `kubectl apply` would find a change.
      if (jsonSchema.properties && Object.keys(jsonSchema.properties).length === 0) delete jsonSchema.properties;
    },
  }) as JsonSchema;
}

const MAX_INT32 = 2 ** 31 - 1;

/** zod's integers carry the bounds of their type; a CRD says the type in `format` and keeps the bounds that were asked for. */
function intBounds(node: { [key: string]: unknown }): void {
  node.format = Number(node.maximum) <= MAX_INT32 ? 'int32' : 'int64';
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER || node.maximum === MAX_INT32) delete node.maximum;
}
