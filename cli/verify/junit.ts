import { linkSentence, type Verdict } from './verdict.ts';

/**
 * The verdicts as JUnit's XML, in the dialect that CI systems read (the schema is Jenkins'): a suite for each group, in it a
 * case for the group as a whole and one for each link that doesn't work.
 */
export function junit(verdicts: readonly Verdict[]): string {
  const suites = verdicts.map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="rollcall verify">\n${suites.join('\n')}\n</testsuites>\n`;
}

function suite({ namespace, name, ok, links, failing, reason }: Verdict): string {
  const group = `${namespace}/${name}`;
  const whole = testcase(
    group,
    `${links ?? 'all'} links up`,
    ok ? undefined : (reason ?? `${failing.length} links are not up`),
  );
  const cases = failing.map((link) => testcase(group, `${link.from} reaches ${link.to}`, linkSentence(link)));
  const failures = ok ? 0 : cases.length + 1;
  return [
    `  <testsuite name="${escapeAttribute(group)}" tests="${cases.length + 1}" failures="${failures}" errors="0">`,
    whole,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function testcase(group: string, name: string, failure: string | undefined): string {
  const start = `    <testcase classname="${escapeAttribute(group)}" name="${escapeAttribute(name)}"`;
  return failure === undefined ? `${start}/>` : `${start}><failure message="${escapeAttribute(failure)}"/></testcase>`;
}

/** Of an attribute's value; what XML has no way to write is left out, what would control a terminal is a reference. */
function escapeAttribute(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"\p{C}\p{Zl}\p{Zp}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
