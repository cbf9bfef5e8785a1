import type { EmulatorContext } from '../emulator.ts';

/** A control request that was read. */
export interface ControlRequest {
  /** Parts of the path that the pattern names. */
  readonly names: Readonly<Record<string, string>>;
  readonly params: URLSearchParams;
  readonly body: unknown;
}

/** Does a control request; the answer becomes JSON. */
export type ControlAction = (context: EmulatorContext, request: ControlRequest) => unknown;

/** One address of the control API: `POST /operations/:id/to-sale`. */
export interface ControlRoute {
  readonly method: string;
  readonly parts: readonly string[];
  readonly action: ControlAction;
}

/** Names an address and what it does. */
export function on(address: string, action: ControlAction): ControlRoute {
  const [method = 'GET', path = '/'] = address.split(' ');
  return { method, parts: path.split('/').slice(1), action };
}

/** Refused with a status of its own. */
export class ControlError extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}

/** Parts that a pattern names, undefined when the path is another. */
export function matchRoute(
  route: ControlRoute,
  method: string,
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (route.method !== method || route.parts.length !== parts.length) return undefined;
  const names: Record<string, string> = {};
  for (const [index, wanted] of route.parts.entries()) {
    const part = parts[index] ?? '';
    if (wanted.startsWith(':')) names[wanted.slice(1)] = decodeURIComponent(part);
    else if (wanted !== part) return undefined;
  }
  return names;
}
