import { HostlistError } from './errors.ts';

/**
 * Expands a hostlist in the notation of SLURM and pdsh: `web-[0-2,7].demo` is web-0.demo, web-1.demo, web-2.demo and
 * web-7.demo; `n[08-10]` keeps the zeros: n08, n09, n10. Several brackets multiply.
 *
 * @param limit the most hosts that the result may have
 * @throws {HostlistError} saying which range is wrong
 */
export function expandHostlist(text: string, limit: number): string[] {
  let hosts = [''];
  for (const part of splitBrackets(text)) {
    const choices = typeof part === 'string' ? [part] : part.ranges.flatMap((range) => expandRange(range, text, limit));
    if (hosts.length * choices.length > limit) throw new HostlistError(`"${text}" expands to more than ${limit} hosts`);
    hosts = hosts.flatMap((host) => choices.map((choice) => host + choice));
  }
  return hosts;
}

/** Literal text stays a string; the inside of a bracket becomes its comma-separated ranges. */
function splitBrackets(text: string): (string | { readonly ranges: readonly string[] })[] {
  const parts: (string | { ranges: string[] })[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('[');
    const literal = open < 0 ? rest : rest.slice(0, open);
    if (literal.includes(']')) throw new HostlistError(`"${text}" has an unmatched "]"`);
    if (literal !== '') parts.push(literal);
    if (open < 0) break;
    const close = rest.indexOf(']', open);
    if (close < 0) throw new HostlistError(`"${text}" has an unclosed "["`);
    parts.push({ ranges: rest.slice(open + 1, close).split(',') });
    rest = rest.slice(close + 1);
  }
  return parts;
}

function expandRange(range: string, text: string, limit: number): string[] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(range);
  if (!match) throw new HostlistError(`"${text}" has the range "[${range}]"; use a range such as [0-4] or [0-4,7]`);
  const [, first = '', last = first] = match;
  const from = Number(first);
  const to = Number(last);
  if (to < from) throw new HostlistError(`"${text}" has the range "[${range}]", whose end is less than its start`);
  if (to - from >= limit) throw new HostlistError(`"${text}" expands to more than ${limit} hosts`);
  const width = first.startsWith('0') ? first.length : 0;
  return Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(width, '0'));
}
