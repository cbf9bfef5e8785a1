import { wallTime } from './walltime.ts';

/** Time of the server: real time plus what a test has skipped, or an instant that stands still (E-27). */
export class Clock {
  offsetMs = 0;
  /** Milliseconds since 1970 at which time stands still; null = it runs. */
  frozenAt: number | null = null;

  /** Milliseconds since 1970. */
  now(): number {
    return this.frozenAt ?? Date.now() + this.offsetMs;
  }

  advance(ms: number): void {
    if (this.frozenAt === null) this.offsetMs += ms;
    else this.frozenAt += ms;
  }

  /** Stops at an instant, or goes on from there with null. */
  freeze(at: number | null): void {
    if (at === null && this.frozenAt !== null) this.offsetMs = this.frozenAt - Date.now();
    this.frozenAt = at;
  }

  /** Wall time of now in a zone. */
  wall(zone: string): string {
    return wallTime(this.now(), zone);
  }
}
