const MINUTE_MS = 60_000;

/** Calls of the last minute, for each application (E-26). */
export class RateLimiter {
  readonly #calls = new Map<string, number[]>();

  /** May this call pass? One that may not does not count. */
  passes(apiId: string, perMinute: number, now: number): boolean {
    if (perMinute === 0) return true;
    const recent = (this.#calls.get(apiId) ?? []).filter((at) => at > now - MINUTE_MS);
    this.#calls.set(apiId, recent);
    if (recent.length >= perMinute) return false;
    recent.push(now);
    return true;
  }

  clear(): void {
    this.#calls.clear();
  }
}
