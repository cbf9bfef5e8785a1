import { type Route, route } from '../../support/control.ts';
import type { EmulatorContext } from '../emulator.ts';

/** One address of the control API: `POST /operations/:id/to-sale`. */
export type ControlRoute = Route<EmulatorContext>;

/** Names an address and what it does. */
export const on = (address: string, action: ControlRoute['action']): ControlRoute => route(address, action);
