/** `added web-5, web-6`; no more than ten by name. */
export function listNames(verb: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 10).join(', ');
  return `${verb} ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
}
