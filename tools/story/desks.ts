import { waitUntil } from '../local/process.ts';

/** An order as the shop's administration shows it; money in cents. */
export interface ShopOrder {
  readonly id: number;
  readonly status: string;
  readonly total: number;
  readonly customer: string;
}

/** A document as the warehouse's own screen shows it. */
export interface WarehouseDocument {
  readonly id: number;
  /** 19 order, 2 sale, 34 claim (micro.bg API 6.1). */
  readonly type: number;
  readonly number: number | string;
  readonly partnerId: number;
  readonly partner: string;
  readonly note: string;
  /** All lines with VAT, rounded once, as a decimal number. */
  readonly lineGross: number;
}

export interface WarehousePartner {
  readonly id: number;
  readonly Name: string;
  readonly eMail: string;
  readonly TaxID: string;
}

/** What people do in the two systems, through the control side of the emulators. */
export interface Desks {
  place(order: object): Promise<ShopOrder>;
  /** `pay`, `edit`, `cancel`, ... as the merchant does it. */
  act(orderId: number, action: string, body?: object): Promise<ShopOrder>;
  /** Documents of an order, found by its number in their notes. */
  documentsOf(orderId: number): Promise<readonly WarehouseDocument[]>;
  partner(id: number): Promise<WarehousePartner | undefined>;
  /** Waits until the order has exactly one document, of this type and over the shop's total; or none. */
  await(order: ShopOrder, wanted: 'order' | 'sale' | 'nothing'): Promise<WarehouseDocument | undefined>;
}

export const DOCUMENT_TYPES = { order: 19, sale: 2 } as const;
const AWAIT_MS = 60_000;

export function openDesks(shopControl: string, warehouseControl: string): Desks {
  const documentsOf = async (orderId: number): Promise<readonly WarehouseDocument[]> => {
    const mark = `CloudCart #${orderId}`;
    const found = await ask<{ operations: WarehouseDocument[] }>(
      `${warehouseControl}/operations?note=${encodeURIComponent(mark)}`,
    );
    return found.operations.filter(({ note }) => new RegExp(`#${orderId}(?!\\d)`).test(note));
  };
  return {
    place: (order) => ask(`${shopControl}/orders`, order),
    act: (orderId, action, body = {}) => ask(`${shopControl}/orders/${orderId}/${action}`, body),
    documentsOf,
    async partner(id) {
      const { partners } = await ask<{ partners: WarehousePartner[] }>(`${warehouseControl}/partners`);
      return partners.find((each) => each.id === id);
    },
    async await(order, wanted) {
      let seen: readonly WarehouseDocument[] = [];
      const fits = (): boolean => {
        const [only, second] = seen;
        if (wanted === 'nothing' || only === undefined || second !== undefined)
          return wanted === 'nothing' && only === undefined;
        return only.type === DOCUMENT_TYPES[wanted] && cents(only) === order.total;
      };
      await waitUntil(
        'the document',
        async () => {
          seen = await documentsOf(order.id);
          return fits();
        },
        { timeoutMs: AWAIT_MS, everyMs: 100 },
      ).catch(() => {
        const there = seen.map((each) => `${kindOf(each)} ${each.number} over ${money(cents(each))}`);
        throw new Error(
          `order ${order.id} over ${money(order.total)}: expected ${wanted}, the warehouse holds ${there.join(', ') || 'nothing'}`,
        );
      });
      return seen[0];
    },
  };
}

/** Total of a document in cents. */
export function cents(document: WarehouseDocument): number {
  return Math.round(document.lineGross * 100);
}

export function kindOf({ type }: WarehouseDocument): string {
  const [name] = Object.entries(DOCUMENT_TYPES).find(([, number]) => number === type) ?? [`type ${type}`];
  return name;
}

/** `79.50` */
export function money(amount: number): string {
  return `${Math.trunc(amount / 100)}.${String(Math.abs(amount % 100)).padStart(2, '0')}`;
}

async function ask<T>(url: string, body?: object): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}
