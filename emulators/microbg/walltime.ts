// micro.bg dates are wall time without a zone (micro.bg API 1.7); Europe/Sofia unless a switch says otherwise.

const formatters = new Map<string, Intl.DateTimeFormat>();
let lastSecond = Number.NaN;
let lastZone = '';
let lastText = '';

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    // The Swedish locale writes dates the way the wire does.
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** `YYYY-MM-DD HH:mm:ss` of an instant (epoch milliseconds) in a zone. */
export function wallTime(epochMs: number, zone: string): string {
  const second = Math.floor(epochMs / 1000);
  // One request asks several times within a second, and a formatter is slow.
  if (second !== lastSecond || zone !== lastZone) {
    lastText = formatterOf(zone).format(second * 1000);
    lastSecond = second;
    lastZone = zone;
  }
  return lastText;
}

/** The date part of a wall time. */
export function dateOnly(text: string): string {
  return text.slice(0, 10);
}

const SHAPE = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$/;

/** Brings a date the client sent to `YYYY-MM-DD HH:mm:ss`; undefined when it has another shape. */
export function normaliseDate(text: string): string | undefined {
  if (!SHAPE.test(text)) return undefined;
  const full = `${text.replace('T', ' ')}${'0000-00-00 00:00:00'.slice(text.length)}`;
  return full;
}

/** Does such a day exist? The vendor itself prints 2018-02-31, so asking is a switch. */
export function isRealDate(text: string): boolean {
  const day = dateOnly(text);
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

/** Is this a zone the runtime knows? */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}
