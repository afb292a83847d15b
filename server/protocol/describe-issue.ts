import type * as z from 'zod/mini';

/**
 * One sentence for one schema violation, led by the field's path: `peers[3].port: must be at most 65535`.
 *
 * @param input what was parsed, to tell a missing field from one of the wrong type
 */
export function describeIssue(issue: z.core.$ZodIssue, input: unknown): string {
  const path = formatPath(issue.path);
  const at = path === '' ? '' : `${path}: `;
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${at === '' ? '' : `${path}.`}${printable(issue.keys[0]!)}: unknown key`;
    case 'invalid_type':
      if (valueAt(input, issue.path) === undefined) return `${at}is required`;
      return `${at}must be ${nameOfType(issue.expected)}`;
    case 'invalid_value':
      return `${at}must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `${at}${issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`}`;
    case 'too_big':
      if (issue.origin === 'string') return `${at}must have at most ${issue.maximum} characters`;
      return `${at}must ${issue.origin === 'array' ? 'have' : 'be'} at most ${issue.maximum}`;
    case 'invalid_format':
      return `${at}contains characters that are not allowed in a name`;
    default:
      return `${at}${issue.message}`;
  }
}

/** `['peers', 3, 'port']` as `peers[3].port`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? printable(String(key)) : `${text}.${printable(String(key))}`;
  }, '');
}

/** A key as it may stand in a log line: short, and without control characters. */
function printable(key: string): string {
  const short = key.length > 100 ? `${key.slice(0, 100)}…` : key;
  return /^[\x20-\x7e]*…?$/.test(short) ? short : JSON.stringify(short);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

function nameOfType(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'object') return 'a mapping of keys to values';
  if (expected === 'array') return 'a list';
  return `a ${expected}`;
}
