/** Control, format, private-use and unassigned characters, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const ASCII = /^[\x20-\x7e]*$/;

/**
 * Text from outside, fit for a condition, an Event or a log: characters that control a terminal, change the direction of
 * text or have no form become U+FFFD, one for one. Tabs and line feeds stay.
 */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => (character === '\n' || character === '\t' ? character : '\ufffd'));
}

/** Text for one line of a terminal or a text log: what {@link printable} would replace is escaped as in JSON, and so are tabs and line feeds. */
export function escapeUnprintable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => SHORT[character] ?? escapeUnits(character));
}

/** JSON text of the same value that can be printed on a terminal: line feeds and tabs between values stay. */
export function escapeJson(json: string): string {
  if (ASCII.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escapeUnits(character),
  );
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** `\uXXXX` for each UTF-16 unit: a character beyond U+FFFF has two. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('');
}
