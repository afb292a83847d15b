import { escapeJson, escapeUnprintable } from '../../constructs/printable.ts';
import { junit } from './junit.ts';
import { linkSentence, type Verdict } from './verdict.ts';

export const FORMATS = ['text', 'json', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

/** The verdicts as what was asked for, with a newline at the end. */
export function format(verdicts: readonly Verdict[], as: Format): string {
  switch (as) {
    case 'json':
      return escapeJson(`${JSON.stringify({ ok: verdicts.every(({ ok }) => ok), groups: verdicts }, null, 2)}\n`);
    case 'junit':
      return junit(verdicts);
    case 'text':
      return verdicts
        .flatMap(sentences)
        .map((line) => `${escapeUnprintable(line)}\n`)
        .join('');
  }
}

/** A sentence for a group that is well, else one for each link that isn't. */
export function sentences({ namespace, name, ok, links, p99, failing, reason }: Verdict): string[] {
  const group = `${namespace}/${name}`;
  if (ok) return [`${group}: ${links ?? 'all'} links up${p99 === undefined ? '' : `, p99 ${p99}`}`];
  if (failing.length === 0) return [`${group}: ${reason}`];
  return failing.map((link) => `${group}: ${linkSentence(link)}`);
}
