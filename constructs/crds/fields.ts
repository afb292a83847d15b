/** Field types that the schemas of several kinds share. */
import * as z from 'zod';
import { DURATION_PATTERN, tryParseDuration } from '../duration.ts';
import type { DurationBounds } from '../limits.ts';
import { withRules } from './rule.ts';

/**
 * Text with a pattern, and a message for text that does not match it.
 *
 * @param start the part of the pattern that the rule with the message checks: otherwise long text would be matched twice
 */
export function patternField(field: string, pattern: string, maxLength: number, sentence: string, start = pattern) {
  const whole = new RegExp(pattern);
  return withRules(z.string().max(maxLength).meta({ pattern }), {
    cel: `self.matches(r'${start}')`,
    holds: (text) => whole.test(text),
    message: `${field} ${sentence}`,
  });
}

/** A Go-style duration within bounds. CEL's duration() errs on bad text, so the pattern is asked first. */
export function durationField(field: string, { min, max }: DurationBounds) {
  const [least, most] = [tryParseDuration(min)!, tryParseDuration(max)!];
  return withRules(z.string().max(32).meta({ pattern: DURATION_PATTERN }), {
    cel: `self.matches(r'${DURATION_PATTERN}') && duration(self) >= duration('${min}') && duration(self) <= duration('${max}')`,
    holds: (text) => {
      const ms = tryParseDuration(text);
      return ms !== undefined && ms >= least && ms <= most;
    },
    message: `${field} must be a duration from ${min} to ${max}, such as 500ms, 5s or 1m30s`,
  });
}

/** k8s.io/apimachinery/pkg/api/resource, unsigned: a number, a decimal or binary suffix, or an exponent. */
const QUANTITY_PATTERN = '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$';

/** The API server's own quantities have at most 20 digits. */
const MAX_QUANTITY_LENGTH = 64;

const quantityText = z.string().max(MAX_QUANTITY_LENGTH).regex(new RegExp(QUANTITY_PATTERN));
const QUANTITY_BOUNDS = { minimum: 0, maxLength: MAX_QUANTITY_LENGTH, pattern: QUANTITY_PATTERN };

/** One amount, such as `96Mi`. */
export function quantityField() {
  return z.union([z.int().min(0), quantityText]).meta({ 'x-kubernetes-int-or-string': true, ...QUANTITY_BOUNDS });
}

/**
 * An amount that may be a fraction: `cpu: 0.5` is a number to YAML. Structural schemas have no type for "number or string"
 * (x-kubernetes-int-or-string takes whole numbers only), so this one has none, and excludes every other type by its bounds.
 * CEL rules don't see such a value: what they could say of it, the API server says of the pod.
 */
function fractionField() {
  return z.union([z.number().min(0), quantityText]).meta({
    'x-kubernetes-preserve-unknown-fields': true,
    ...QUANTITY_BOUNDS,
    maxItems: 0,
    maxProperties: 0,
    not: { enum: [true, false, [], {}] },
  });
}

/** Amounts by resource name, such as `{cpu: 100m, memory: 96Mi}`. */
export function quantitiesField(maxResources = 16) {
  return z.record(z.string(), fractionField()).meta({ maxProperties: maxResources });
}

/** One observation about a resource (sig-architecture API conventions, "typical status properties"). */
export const condition = z
  .object({
    type: z.string().max(316).describe('Type of the condition, in CamelCase.'),
    status: z.enum(['True', 'False', 'Unknown']).describe('Status of the condition.'),
    observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this condition reflects.'),
    lastTransitionTime: z.iso.datetime().describe('Time at which the status last changed.'),
    reason: z.string().min(1).max(1024).describe('Reason for the last change of the status, in CamelCase.'),
    message: z.string().max(32768).describe('Human-readable details.'),
  })
  .describe('An observation of the resource.');

/** Conditions of a resource, at most one of each type. */
export const conditions = z
  .array(condition)
  .max(16)
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });

/**
 * Default status of a new object, so that tools do not take it for done before the operator has seen it: a default on
 * the whole status, which Gateway API uses too. The reason and the time are Gateway API's.
 */
export const UNSEEN_STATUS = {
  conditions: [
    {
      type: 'Reconciling',
      status: 'True',
      reason: 'Pending',
      message: 'Waiting for the operator.',
      lastTransitionTime: '1970-01-01T00:00:00Z',
    },
  ],
};
