/** Stands for the number of the order in a note. */
const PLACE = '{number}';

/** Does such a text name where the number of an order stands? */
export function namesNumber(pattern: string): boolean {
  return pattern.split(PLACE).length === 2;
}

/**
 * The number of the shop's order in a note that a program wrote, for instance `CloudCart #{number}`; undefined when it
 * is not of that kind. Blanks count as one.
 */
export function numberInNote(note: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split(PLACE).map(literal);
  const end = after === '' ? '(?!\\d)' : after;
  return new RegExp(`${before}(\\d{1,18})${end}`, 'iu').exec(note)?.[1];
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+');
}
