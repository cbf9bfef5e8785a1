import { createControlPort } from '../../support/control.ts';
import { sendHtml } from '../../support/page.ts';
import type { EmulatorContext } from '../emulator.ts';
import { Refusal } from '../shop.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { pageAt } from './page/page.ts';

/** Answers the control port: what a merchant, a buyer, a courier or a gateway would do, and what goes wrong. */
export function createControl(context: EmulatorContext) {
  return createControlPort({
    context,
    routes: [...operationRoutes, ...orderRoutes, ...catalogueRoutes],
    page(url, response) {
      const page = pageAt(url.pathname, context);
      if (page !== undefined) sendHtml(response, page);
      return page !== undefined;
    },
    changed() {
      context.shop.changed();
      return context.dispatcher.settleNow();
    },
    isRefusal: (error) => error instanceof Refusal,
  });
}
