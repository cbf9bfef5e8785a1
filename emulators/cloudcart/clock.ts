/** Time of the shop: real time plus what a test has skipped (CloudCart API 10). */
export class Clock {
  offsetMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }
}

const HOUR = 3_600_000;

/** 01:00 UTC on the last Sunday of a month, when the European Union changes its clocks. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}

const summers = new Map<number, readonly [number, number]>();

/** Hours that Sofia is ahead of UTC. By the rule of the EU: formatting through Intl is far slower. */
export function sofiaOffsetHours(ms: number): 2 | 3 {
  const year = new Date(ms).getUTCFullYear();
  let summer = summers.get(year);
  if (summer === undefined) {
    summer = [lastSunday(year, 2), lastSunday(year, 9)];
    summers.set(year, summer);
  }
  return ms >= summer[0] && ms < summer[1] ? 3 : 2;
}

/** `Y-m-d H:i:s` without a zone, in local time of the shop or UTC (U-10). */
export function plainDate(ms: number, zone: 'local' | 'utc'): string {
  const shifted = zone === 'utc' ? ms : ms + sofiaOffsetHours(ms) * HOUR;
  return new Date(shifted).toISOString().slice(0, 19).replace('T', ' ');
}

/** ISO 8601 with the offset of the shop, as webhooks write it (CloudCart API 6.6). */
export function offsetDate(ms: number): string {
  const hours = sofiaOffsetHours(ms);
  return `${new Date(ms + hours * HOUR).toISOString().slice(0, 19)}+0${hours}:00`;
}

/** ISO 8601 with the offset +00:00, as some resources write it (CloudCart API 4). */
export function utcDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

/**
 * Reads `Y-m-d`, `Y-m-d H:i:s` or ISO 8601. A bare date is its midnight, or its last second when `endOfDay`.
 * Undefined when it is no date.
 */
export function readDate(text: string, zone: 'local' | 'utc', endOfDay = false): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (match === null) return undefined;
  const time = match[2] ?? (endOfDay ? '23:59:59' : '00:00:00');
  const ms = Date.parse(`${match[1]}T${time.length === 5 ? `${time}:00` : time}${match[3] ?? 'Z'}`);
  if (Number.isNaN(ms)) return undefined;
  if (match[3] !== undefined || zone === 'utc') return ms;
  const guess = ms - 2 * HOUR;
  return ms - sofiaOffsetHours(guess) * HOUR;
}
