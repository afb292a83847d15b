/** What YAML doesn't allow unescaped, or takes for the end of a line and folds into a space. JSON allows it all. */
const NOT_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** JSON.stringify writes half of a surrogate pair as an escape, which YAML rejects. Other escapes are matched to be passed over. */
const ESCAPES = /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g;

/**
 * The object as JSON that every reader takes for the same value: API servers read the body of an apply as YAML, which is
 * not quite the superset of JSON that it is said to be. Half of a surrogate pair, which UTF-8 can't carry, becomes U+FFFD.
 */
export function encodeBody(body: object): string {
  const json = JSON.stringify(body).replace(NOT_YAML, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (!json.includes('\\ud')) return json;
  return json.replace(ESCAPES, (found, surrogate?: string) => (surrogate === undefined ? found : '\ufffd'));
}
