import type { EmulatorContext } from '../../emulator.ts';
import { both, type Html, live, renderPage } from '../../../support/page.ts';
import { cataloguePart, catalogueTab } from './catalogue.ts';
import { newOrderTab } from './new-order.ts';
import {
  faultsPart,
  faultsTab,
  shopPart,
  shopTab,
  statusPart,
  switchesPart,
  switchesTab,
} from './operation.ts';
import { ordersPart, ordersTab } from './orders.ts';
import { trafficPart, trafficTab } from './traffic.ts';

const parts: Readonly<Record<string, (context: EmulatorContext) => Html>> = {
  '/': wholePage,
  '/page/orders': ordersPart,
  '/page/catalogue': cataloguePart,
  '/page/traffic': trafficPart,
  '/page/switches': switchesPart,
  '/page/faults': faultsPart,
  '/page/shop': shopPart,
  '/page/status': statusPart,
};

/** The page for people, or a live part of it; undefined when the path is neither. */
export function pageAt(path: string, context: EmulatorContext): Html | undefined {
  return Object.hasOwn(parts, path) ? parts[path]?.(context) : undefined;
}

function wholePage(context: EmulatorContext): Html {
  const { primary } = context.hosts();
  return renderPage({
    title: `${context.shop.settings.name} · CloudCart`,
    subtitle: ['Емулатор на магазин. API: ', `http://${primary}/api/v2/`],
    status: live('/page/status', statusPart(context)),
    tabs: [
      { id: 'orders', title: both('Поръчки', 'Orders'), body: ordersTab(context) },
      { id: 'new', title: both('Нова поръчка', 'New order'), body: newOrderTab(context) },
      { id: 'catalogue', title: both('Стоки', 'Products'), body: catalogueTab(context) },
      { id: 'traffic', title: both('Заявки и доставки', 'Traffic'), body: trafficTab(context) },
      { id: 'faults', title: both('Неизправности', 'Faults'), body: faultsTab(context) },
      { id: 'switches', title: both('Превключватели', 'Switches'), body: switchesTab(context) },
      { id: 'shop', title: both('Магазин и часовник', 'Shop and clock'), body: shopTab(context) },
    ],
  });
}
