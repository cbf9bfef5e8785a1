import { createControlPort } from '../../support/control.ts';
import type { EmulatorContext } from '../emulator.ts';
import { servePage } from '../page/serve.ts';
import { Refusal } from '../refusal.ts';
import { companyRoutes } from './company-routes.ts';
import { emulatorRoutes } from './emulator-routes.ts';
import { staffRoutes } from './staff-routes.ts';
import { viewRoutes } from './view-routes.ts';

/** Answers the control port: what people at the screen would do, what everybody may look at, and what goes wrong. */
export function createControl(context: EmulatorContext) {
  return createControlPort({
    context,
    routes: [...emulatorRoutes, ...viewRoutes, ...staffRoutes, ...companyRoutes],
    page: (url, response) => servePage(context, url, response),
    changed: () => context.warehouse.changed(),
    isRefusal: (error) => error instanceof Refusal,
  });
}
