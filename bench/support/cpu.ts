import { readFileSync, readdirSync } from 'node:fs';

/** Ticks of the kernel's accounting: 100 a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of a process and its children so far; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const known = readTimes(Number(name));
      return known === undefined ? [] : [known];
    });
  let ticks = 0;
  const family = new Set([pid]);
  // A child has a higher id than its parent, but for the rare turn of the counter.
  for (const each of all.toSorted((left, right) => left.pid - right.pid)) {
    if (!family.has(each.pid) && !family.has(each.parent)) continue;
    family.add(each.pid);
    ticks += each.ticks;
  }
  return ticks / TICKS_PER_SECOND;
}

interface Times {
  readonly pid: number;
  readonly parent: number;
  /** Of the process itself and of its children that have ended. */
  readonly ticks: number;
}

function readTimes(pid: number): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and brackets: what is counted comes after the last bracket.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1, 2);
    return { pid, parent, ticks: fields.slice(11, 15).reduce((sum, each) => sum + each, 0) };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
