import { normalisePhone } from '../partner/wanted-partner.ts';
import { withoutPersonalNumbers } from '../personal-number.ts';
import { cleanText } from '../text.ts';

/** What staff need to pack an order; texts are `""` when absent. Personal data. */
export interface NoteFacts {
  /** Order id of the shop. */
  readonly number: string;
  readonly courier: string;
  /** Office or address. */
  readonly place: string;
  readonly phone: string;
  readonly remark: string;
}

/** Longest note: the field's limit is not documented, and a list shows no more (micro.bg API 3.7). */
const MAX_LENGTH = 250;
const SEPARATOR = '·';

/**
 * The note of a document. A part of the format whose facts are all empty is left out with its separator. What
 * must not be cut off, such as a converted amount, is given as `ending`. Personal numbers go nowhere; the phone is
 * a number by right and is kept.
 */
export function noteOf(facts: NoteFacts, format: string, ending = ''): string {
  const clean = new Map(
    Object.entries({
      number: cleanText(facts.number),
      courier: withoutPersonalNumbers(facts.courier),
      place: withoutPersonalNumbers(facts.place),
      phone: normalisePhone(facts.phone),
      remark: withoutPersonalNumbers(facts.remark),
    }),
  );
  const parts = cleanText(format)
    .split(SEPARATOR)
    .map((part) => filled(part, clean))
    .filter((part) => part !== '');
  const end = ending === '' ? '' : ` ${SEPARATOR} ${ending}`;
  const text = Array.from(parts.join(` ${SEPARATOR} `));
  return `${text
    .slice(0, MAX_LENGTH - end.length)
    .join('')
    .trimEnd()}${end}`;
}

/** A part with its facts; empty when it names facts and has none of them. */
function filled(part: string, facts: ReadonlyMap<string, string>): string {
  const named = [...part.matchAll(/\{(\w+)\}/g)].map((match) => facts.get(match[1] ?? '') ?? '');
  if (named.length > 0 && named.every((fact) => fact === '')) return '';
  return cleanText(part.replaceAll(/\{(\w+)\}/g, (_all, name: string) => facts.get(name) ?? ''));
}
