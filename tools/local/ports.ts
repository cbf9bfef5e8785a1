import { freePort, portIsFree, waitUntil } from './process.ts';

const NAMES = [
  'gateway',
  'temporalUi',
  'cloudcartPage',
  'microbgPage',
  'cloudcart',
  'microbg',
  'temporal',
  'postgres',
  'api',
] as const;

export type StackPorts = Readonly<Record<(typeof NAMES)[number], number>>;

const DEFAULT_BASE = 8080;

/**
 * The ports of `npm start`: nine in a row from PORT_BASE on, the ones that people open first.
 * @throws when PORT_BASE is no port.
 */
export function portsFrom(base: string | undefined): StackPorts {
  const first = base === undefined || base === '' ? DEFAULT_BASE : Number(base);
  if (!Number.isInteger(first) || first < 1_024 || first + NAMES.length > 65_536)
    throw new Error(`PORT_BASE is ${base}: it must be a number from 1024 to ${65_536 - NAMES.length}.`);
  return named((index) => first + index);
}

/** Free ports, for a stack beside another one. */
export async function freePorts(): Promise<StackPorts> {
  const ports = new Set<number>();
  while (ports.size < NAMES.length) ports.add(await freePort());
  return named((index) => [...ports][index] as number);
}

/**
 * Refuses ports that are used, after `patienceMs` at the latest.
 * @throws with the ways out.
 */
export async function refuseUsedPorts(ports: StackPorts, patienceMs: number): Promise<void> {
  let used: string[] = [];
  const allFree = async (): Promise<boolean> => {
    used = [];
    for (const [name, port] of Object.entries(ports)) {
      if (!(await portIsFree(port))) used.push(`${port} (${name})`);
    }
    return used.length === 0;
  };
  await waitUntil('the ports', allFree, { timeoutMs: patienceMs }).catch(() => {
    throw new Error(
      `${used.length === 1 ? 'This port is' : 'These ports are'} used by another program: ${used.join(', ')}.\n` +
        'Ways out: stop the other program, or choose other ports, for instance `PORT_BASE=9000 npm start`.',
    );
  });
}

function named(portAt: (index: number) => number): StackPorts {
  return Object.fromEntries(NAMES.map((name, index) => [name, portAt(index)])) as StackPorts;
}
