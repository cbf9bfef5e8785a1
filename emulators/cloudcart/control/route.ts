import { type Route, route } from '../../support/control.ts';
import type { EmulatorContext } from '../emulator.ts';

/** One address of the control API: `POST /orders/:id/pay`. */
export type ControlRoute = Route<EmulatorContext>;
/** Does a control request; the answer becomes JSON. */
export type ControlAction = ControlRoute['action'];

/** Names an address and what it does. */
export const on = (address: string, action: ControlAction): ControlRoute => route(address, action);
