import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import { sofiaWallTime } from '../../clients/microbg/company.ts';
import { readSettingsVersion } from '../../db/queries/connections.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { storeSaleFired } from '../../db/queries/orders.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import { type DocumentInput, type Wish, desiredDocument } from '../../domain/order/desired-document.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import type { QuestionCode } from '../../domain/order/questions.ts';
import { type Situation, situationOf, situationOfVanished } from '../../domain/order/situation.ts';
import { wantedPartner } from '../../domain/partner/wanted-partner.ts';
import { type Problem, problem } from '../../domain/problems.ts';
import { resolveItems } from '../catalogue/resolve-items.ts';
import { resolvePartner } from '../partner/resolve-partner.ts';
import { warehouseFacts } from '../warehouse/facts.ts';
import { buyerOf, noteFactsOf } from './buyer.ts';
import { partPrices, withProductTypes, withSurcharges } from './complete-order.ts';
import { type IntendedDocument, wishDigest } from './content.ts';
import type { PassContext } from './context.ts';
import { learnReading, withLearned } from './learn.ts';
import { answersOf, ledgerFacts, standingSale } from './ledger-facts.ts';
import { returnWish } from './return-wish.ts';
import { PassBlocked } from './stops.ts';
import type { PostedWish } from './write.ts';

/** What a pass is to bring about. */
export interface PassWish {
  /** `keep`: what stands stays. */
  readonly target: { readonly kind: 'none' } | { readonly kind: 'keep' } | PostedWish;
  readonly problems: readonly Problem[];
  readonly notOurs: boolean;
  /** Question whose answer led here: the answer stands. Undefined: none was needed. `unknown`: it did not come to that. */
  readonly decided?: QuestionCode | 'unknown' | undefined;
  /** Another program has posted the order. */
  readonly foreign?: boolean;
  /** What the rule was asked; undefined when it did not come to that. */
  readonly input?: DocumentInput;
  /** For the journal: how the document came about. */
  readonly journal: Readonly<Record<string, unknown>>;
}

/** The wish for an order that the shop does not know any more: the same as for a cancelled one. */
export function wishForVanished(pass: PassContext, documents: readonly LedgerDocument[]): PassWish {
  const { settings } = pass.connection;
  const situation = situationOfVanished(settings, ledgerFacts(pass, undefined, documents, settings));
  const wish =
    situation.kind === 'keep'
      ? kept(situation.problems, 'vanished', situation.decided)
      : undone(pass, situation, documents);
  return { ...wish, problems: [...wish.problems, problem('order_vanished')] };
}

/** Works out the document that the warehouse should hold for an order as the shop has it now; under other settings on request. */
export async function wishForOrder(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
  changes: Partial<ConnectionSettings> = {},
): Promise<PassWish> {
  try {
    return await work(pass, order, documents, changes);
  } catch (error) {
    if (!(error instanceof PassBlocked)) throw error;
    return kept([error.problem], 'blocked', 'unknown');
  }
}

/** A person decided that the order is left alone. */
export function leftAlone(): PassWish {
  return { target: { kind: 'keep' }, problems: [], notOurs: true, journal: { wish: 'left_alone' } };
}

/**
 * Another program has posted this order and we have not: then it is not ours until a person says so. In observe mode
 * that is what is expected, and the wish is worked out beside it.
 */
export function foreignWish(
  { claimed, connection }: PassContext,
  documents: readonly LedgerDocument[],
): PassWish | undefined {
  const posted = documents.some(({ state }) => state !== 'reserved');
  if (claimed.foreign === null || posted || connection.mode === 'observe') return undefined;
  if (answersOf(claimed.answers).foreign_document === 'take_over') return undefined;
  const problems = [problem('foreign_document', { number: claimed.foreign.number ?? '?' })];
  return { ...kept(problems, 'foreign', undefined), foreign: true };
}

/** What stands stays. */
function kept(problems: readonly Problem[], why: string, decided: PassWish['decided']): PassWish {
  return { target: { kind: 'keep' }, problems, notOurs: false, decided, journal: { wish: why } };
}

/** Nothing is to stand for the order any more; of a sale, its return beside it or nothing. */
function undone(
  pass: PassContext,
  situation: Exclude<Situation, { kind: 'keep' }>,
  documents: readonly LedgerDocument[],
): PassWish {
  const { decided } = situation;
  if (situation.kind !== 'return' || situation.by === 'delete') {
    const notOurs = situation.kind === 'none' && situation.reason === 'not_ours';
    const why = situation.kind === 'none' ? situation.reason : 'uncollected';
    return { target: { kind: 'none' }, problems: [], notOurs, decided, journal: { wish: why } };
  }
  const target = returnWish(pass, situation.by, standingSale(documents));
  return target === undefined
    ? kept([problem('cancelled_after_sale', { status: situation.by })], 'return', decided)
    : { target, problems: [], notOurs: false, decided, journal: { wish: situation.by } };
}

async function work(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
  changes: Partial<ConnectionSettings>,
): Promise<PassWish> {
  const { settings: chosen, version } = await settingsFor(pass, order, documents);
  const settings = { ...chosen, ...changes };
  const { wish, input } = await explained(pass, order, documents, settings);
  return { ...(await wishOf(pass, order, documents, { wish, version, settings })), input };
}

/** The rule's answer with everything that a document needs beside it: partner, date, settings. */
async function wishOf(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
  {
    wish,
    version,
    settings,
  }: { readonly wish: Wish; readonly version: number; readonly settings: ConnectionSettings },
): Promise<PassWish> {
  if (wish.kind === 'none' || wish.kind === 'return') return undone(pass, wish, documents);
  if (wish.kind === 'keep') return kept(wish.problems, 'keep', wish.decided);
  if (wish.kind === 'blocked') return kept(wish.problems, 'blocked', 'unknown');
  const observing = pass.connection.mode === 'observe';
  const partner = await partnerOf(pass, order, settings);
  const kind = wish.document.type === 2 ? 'sale' : 'order';
  const intended: IntendedDocument = {
    document: wish.document,
    partnerId: partner.partnerId,
    total: wish.total,
    rates: wish.rates,
    issuedAt: await issueDate(pass, order, kind),
  };
  const { reading, discountShown, discountReason } = wish;
  // The first sale of an order of which a part has come back already: as much a question as a part that comes back later.
  const partly = kind === 'sale' && order.returnStatus === 'partial' ? [problem('partial_return')] : [];
  if (!observing) await learnReading(pass, reading);
  return {
    target: {
      kind,
      digest: wishDigest(intended),
      intended,
      settingsVersion: version,
      negativeLines: settings.negativeLines,
    },
    problems: [...partly, ...wish.infos, ...partner.problems],
    notOurs: false,
    decided: wish.decided,
    journal: { wish: kind, reading, discountShown, discountReason },
  };
}

interface Explained {
  readonly wish: Wish;
  readonly input: DocumentInput;
}

/** The rule's answer. An order that cannot be explained may have surcharges that it does not show by itself (U-19). */
async function explained(
  pass: PassContext,
  shown: CloudcartOrder,
  documents: readonly LedgerDocument[],
  settings: ConnectionSettings,
): Promise<Explained> {
  const order = await withProductTypes(pass, shown);
  const first = await desired(pass, order, documents, settings);
  const { wish } = first;
  const mismatch = wish.kind === 'blocked' && wish.problems.some(({ code }) => code === 'total_mismatch');
  if (!mismatch) return first;
  const complete = await withSurcharges(pass, order);
  const second = await desired(pass, complete, documents, settings);
  return second.wish.kind === 'post' ? second : first;
}

/** The partner of an order: the one web customer, or the buyer. */
async function partnerOf(
  pass: PassContext,
  order: CloudcartOrder,
  { webCustomerId }: ConnectionSettings,
): Promise<{ readonly partnerId: number; readonly problems: readonly Problem[] }> {
  if (webCustomerId !== null) return { partnerId: webCustomerId, problems: [] };
  const buyer = wantedPartner(buyerOf(order));
  // Nothing is written while we only look on, and looking a partner up may end in writing one.
  if (pass.connection.mode === 'observe') return { partnerId: 0, problems: buyer.problems };
  const { partnerId, problems } = await resolvePartner(pass, buyer);
  return { partnerId, problems: [...buyer.problems, ...problems] };
}

async function desired(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
  settings: ConnectionSettings,
): Promise<Explained> {
  const ledger = ledgerFacts(pass, order, documents, settings);
  const situation = situationOf(order, settings, ledger);
  const wanted = situation.kind === 'order' || situation.kind === 'sale';
  const { items, serviceItems } = wanted
    ? await resolveItems(pass, order, settings)
    : { items: {}, serviceItems: {} };
  const bundle = order.lines.some(
    (line) => line.productType === 'bundle' && items[variantKey(line)] === undefined,
  );
  const input: DocumentInput = {
    order,
    settings,
    warehouse: await warehouseFacts(pass),
    items,
    serviceItems,
    partPrices: wanted && bundle ? await partPrices(pass, order) : {},
    ledger,
    note: noteFactsOf(order),
  };
  return { wish: desiredDocument(input), input };
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
  const { kind } = situationOf(order, today, ledgerFacts(pass, order, documents, today));
  const standing = documents.find((document) => document.kind === kind && document.state === 'live');
  const version = standing?.settingsVersion ?? claimed.settingsVersion;
  return { settings: await withLearned(pass, await read(version)), version };
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
