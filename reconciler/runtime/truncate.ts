/** What the schemas of our kinds take of a message (`metav1.Condition`). */
const MAX_MESSAGE = 32_768;

/**
 * The text, truncated to the maximum length of a field. A longer message would make the API server reject the whole status,
 * and much of what messages quote was written by others.
 */
export function truncate(text: string, max: number = MAX_MESSAGE): string {
  if (text.length <= max) return text;
  // Half a surrogate pair is no character.
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
