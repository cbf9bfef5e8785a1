import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import { sofiaWallTime } from '../../clients/microbg/company.ts';
import { readSettingsVersion } from '../../db/queries/connections.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { storeSaleFired } from '../../db/queries/orders.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import { type Wish, desiredDocument } from '../../domain/order/desired-document.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import { type LedgerFacts, situationOf } from '../../domain/order/situation.ts';
import { wantedPartner } from '../../domain/partner/wanted-partner.ts';
import { type Problem, problem } from '../../domain/problems.ts';
import { resolveItems } from '../catalogue/resolve-items.ts';
import { resolvePartner } from '../partner/resolve-partner.ts';
import { warehouseFacts } from '../warehouse/facts.ts';
import { buyerOf, noteFactsOf } from './buyer.ts';
import { type IntendedDocument, wishDigest } from './content.ts';
import type { PassContext } from './context.ts';
import { readVariantPrice } from './read-shop.ts';
import { PassBlocked } from './stops.ts';
import type { PostedWish } from './write.ts';

/** What a pass is to bring about. */
export interface PassWish {
  /** `keep`: what stands stays. */
  readonly target: { readonly kind: 'none' } | { readonly kind: 'keep' } | PostedWish;
  readonly problems: readonly Problem[];
  readonly notOurs: boolean;
  /** For the journal: how the document came about. */
  readonly journal: Readonly<Record<string, unknown>>;
}

/** The wish for an order that the shop does not know any more: the same as for a cancelled one. */
export function wishForVanished(documents: readonly LedgerDocument[]): PassWish {
  const sold = ledgerFacts(documents).sold;
  return {
    target: { kind: sold ? 'keep' : 'none' },
    problems: [sold ? problem('cancelled_after_sale', { status: '404' }) : problem('order_vanished')],
    notOurs: false,
    journal: { wish: 'vanished' },
  };
}

/** Works out the document that the warehouse should hold for an order as the shop has it now. */
export async function wishForOrder(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
): Promise<PassWish> {
  try {
    return await work(pass, order, documents);
  } catch (error) {
    if (!(error instanceof PassBlocked)) throw error;
    return {
      target: { kind: 'keep' },
      problems: [error.problem],
      notOurs: false,
      journal: { wish: 'blocked' },
    };
  }
}

async function work(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
): Promise<PassWish> {
  const { settings, version } = await settingsFor(pass, order, documents);
  const wish = await desired(pass, order, documents, settings);
  if (wish.kind === 'none') {
    const notOurs = wish.reason === 'not_ours';
    return { target: wish, problems: [], notOurs, journal: { wish: wish.reason } };
  }
  if (wish.kind !== 'post') {
    return {
      target: { kind: 'keep' },
      problems: wish.problems,
      notOurs: false,
      journal: { wish: wish.kind },
    };
  }
  const buyer = wantedPartner(buyerOf(order));
  // In observe mode nothing is written, and looking a partner up may end in writing one.
  const observing = pass.connection.mode === 'observe';
  const partner = observing ? nobody : await resolvePartner(pass, buyer);
  const kind = wish.document.type === 2 ? 'sale' : 'order';
  const intended: IntendedDocument = {
    document: wish.document,
    partnerId: partner.partnerId,
    total: wish.total,
    rates: wish.rates,
    issuedAt: await issueDate(pass, order, kind),
  };
  const { reading, discountShown, discountReason } = wish;
  return {
    target: { kind, digest: wishDigest(intended), intended, settingsVersion: version },
    problems: [...wish.infos, ...buyer.problems, ...partner.problems],
    notOurs: false,
    journal: { wish: kind, reading, discountShown, discountReason },
  };
}

const nobody = { partnerId: 0, problems: [] };

async function desired(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
  settings: ConnectionSettings,
): Promise<Wish> {
  const ledger = ledgerFacts(documents);
  const situation = situationOf(order, settings, ledger);
  const wanted = situation.kind === 'order' || situation.kind === 'sale';
  const { items, serviceItems } = wanted
    ? await resolveItems(pass, order, settings)
    : { items: {}, serviceItems: {} };
  const bundle = order.lines.some(
    (line) => line.productType === 'bundle' && items[variantKey(line)] === undefined,
  );
  return desiredDocument({
    order,
    settings,
    warehouse: await warehouseFacts(pass),
    items,
    serviceItems,
    partPrices: wanted && bundle ? await partPrices(pass, order) : {},
    ledger,
    note: noteFactsOf(order),
  });
}

/** What the ledger says of an order, as the rule wants to know it. */
function ledgerFacts(documents: readonly LedgerDocument[]): LedgerFacts {
  const posted = documents.filter((document) => document.state !== 'reserved');
  const sold = posted.some(({ kind, state }) => kind === 'sale' && state !== 'deleted');
  return { known: posted.length > 0, sold };
}

/** A document keeps the settings of its first save; a new one takes those of today. */
async function settingsFor(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
): Promise<{ settings: ConnectionSettings; version: number }> {
  const { connection, claimed } = pass;
  const read = async (version: number): Promise<ConnectionSettings> =>
    version === connection.settingsVersion
      ? connection.settings
      : pass.io.db('read-settings', (database) => readSettingsVersion(database, connection.id, version));
  const today = await read(claimed.settingsVersion);
  const { kind } = situationOf(order, today, ledgerFacts(documents));
  const standing = documents.find((document) => document.kind === kind && document.state === 'live');
  const version = standing?.settingsVersion ?? claimed.settingsVersion;
  return { settings: await read(version), version };
}

/** Parts of a bundle carry its money by their present prices in the shop (U-49). */
async function partPrices(pass: PassContext, order: CloudcartOrder): Promise<Record<string, number>> {
  const prices: Record<string, number> = {};
  for (const line of order.lines) {
    if (line.variantId === null || line.productType === 'bundle' || line.price !== 0) continue;
    const price = await readVariantPrice(pass, line.variantId);
    if (price !== undefined) prices[variantKey(line)] = price;
  }
  return prices;
}

/** An order carries its date in the shop, a sale the moment its rule fired (stored before it is used). */
async function issueDate(pass: PassContext, order: CloudcartOrder, kind: 'order' | 'sale'): Promise<string> {
  if (kind === 'sale') {
    const fired = pass.claimed.saleFiredAtMs ?? (await pass.lease.write('store-sale-fired', storeSaleFired));
    return sofiaWallTime(fired);
  }
  const inShop = order.addedAt ?? '';
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(inShop) ? inShop : sofiaWallTime(pass.claimed.claimedAtMs);
}
