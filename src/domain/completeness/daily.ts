const DAY_MINUTES = 1_440;

const sofia = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Sofia',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/**
 * How long until this hour in Sofia next comes, in milliseconds: at least a minute. Each connection has a minute of
 * its own within the hour, so that not all begin at once.
 */
export function millisecondsToHour(nowMs: number, hour: number, connectionId: string): number {
  const [nowHour = 0, nowMinute = 0] = sofia.format(nowMs).split(':').map(Number);
  const wanted = hour * 60 + minuteOf(connectionId);
  const minutes = (wanted - (nowHour * 60 + nowMinute) + DAY_MINUTES - 1) % DAY_MINUTES;
  return (minutes + 1) * 60_000;
}

function minuteOf(connectionId: string): number {
  let hash = 0;
  for (const letter of connectionId) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 600_000;
  return hash % 60;
}
