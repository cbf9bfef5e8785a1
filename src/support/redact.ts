/** Texts that people wrote, or that are about them; everything else in our records is codes, ids and amounts. */
const PERSONAL = new Set(['note', 'remark', 'place', 'phone', 'by', 'operator']);
/** What a vendor said may repeat what it was sent. */
const QUOTED = new Set(['said', 'explained']);

/**
 * A copy without personal data, as JSON has it. The same text becomes the same mark: nothing of it is left but that it
 * was there.
 */
export function redact(value: unknown): unknown {
  return clean(JSON.parse(JSON.stringify(value)), '', false);
}

function clean(value: unknown, name: string, operator: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => clean(one, name, operator));
  if (typeof value === 'object' && value !== null) {
    // The reason of a problem is a code; the one that an operator gave is a text.
    const byOperator = operator || ('kind' in value && value.kind === 'operator');
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, clean(inner, key, byOperator)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (PERSONAL.has(name) || (operator && name === 'reason')) return value === '' ? '' : '*';
  return QUOTED.has(name) ? withoutTraces(value) : value;
}

/** E-mail addresses and long numbers go; the sentence stays. */
function withoutTraces(text: string): string {
  return text.replaceAll(/\S+@\S+/g, '*').replaceAll(/\+?\d[\d\s().-]{7,}\d/g, '*');
}
