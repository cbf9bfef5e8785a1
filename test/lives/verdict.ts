import type { SeenDocument } from '../support/emulators.ts';
import { choices } from './lane.ts';
import { type Ending, isMoneyBack, isOver, legalEndings, paymentTypes } from './oracle.ts';
import type { SeenChange, SeenOrder } from './seen.ts';
import type { Witness } from './witness.ts';

const ORDER = 19;
const SALE = 2;
const CLAIM = 34;

/** Everything that is wrong with a life that was lived to its end; empty when nothing is. */
export async function faultsOf(witness: Witness): Promise<string[]> {
  const [documents, changes, problems, partners] = await Promise.all([
    witness.documents(),
    witness.changes(),
    witness.openProblems(),
    witness.partners(),
  ]);
  return [
    // What took effect later than believed may stand beside the right document, until it is found and removed.
    ...(witness.beyondBelief
      ? []
      : [...doubles(changes, witness.scene.account.apiId), ...unfoundedReversals(witness, changes)]),
    ...overwritten(witness, changes),
    ...endFaults(witness, documents, changes, problems),
    ...(partners > 1 ? [`${partners} partners of one buyer`] : []),
  ];
}

/** At no moment two documents of a kind: of sales, beyond those that were returned. */
function doubles(changes: readonly SeenChange[], apiId: string): string[] {
  const live = new Map<number, SeenChange>();
  const faults: string[] = [];
  for (const change of changes) {
    if (change.action === 'delete') live.delete(change.operationId);
    else if (change.apiId === apiId && change.type === CLAIM) {
      const sale = [...live.values()].find(
        (each) => each.type === SALE && each.lineGross === change.lineGross,
      );
      if (sale === undefined && !changes.some((each) => each.apiId === null))
        faults.push('a claim of no sale');
      // Closed together: another sale may follow.
      else live.delete(sale?.operationId ?? 0);
    } else if (change.apiId === apiId) live.set(change.operationId, change);
    const types = [...live.values()].map(({ type }) => type);
    for (const type of [ORDER, SALE])
      if (types.filter((each) => each === type).length > 1) faults.push(`two documents ${type} at once`);
    const stamps = [...live.values()].map(({ extAppDocId }) => extAppDocId);
    if (new Set(stamps).size < stamps.length) faults.push('two documents under one stamp');
  }
  return faults;
}

/** A sale is taken back only when the shop took the order back, and in the merchant's way. */
function unfoundedReversals(witness: Witness, changes: readonly SeenChange[]): string[] {
  const choice = choices[witness.choice];
  const ended = witness.shown.filter(isOver);
  const refunded = witness.shown.some(isMoneyBack);
  const faults: string[] = [];
  const sales = new Set(
    changes
      .filter(({ type, apiId }) => type === SALE && apiId !== null)
      .map(({ operationId }) => operationId),
  );
  for (const [index, { action, type, apiId, operationId }] of changes.entries()) {
    if (apiId === null) continue;
    const deletesSale = action === 'delete' && sales.has(operationId);
    const claims = action === 'create' && type === CLAIM;
    if (!deletesSale && !claims) continue;
    const what = deletesSale ? 'a sale was deleted' : 'a sale was claimed back';
    if (ended.length === 0 && !witness.shown.some(({ returnStatus }) => returnStatus === 'full'))
      faults.push(`${what} although the order never ended`);
    if (deletesSale && choice.uncollected !== 'delete') faults.push(`${what} against the merchant's choice`);
    if (deletesSale && (witness.money?.certain ?? Infinity) <= index)
      faults.push(`${what} although its money had been seen`);
    if (
      claims &&
      choice.uncollected === 'delete' &&
      (witness.money?.possible ?? Infinity) > index &&
      !refunded
    )
      faults.push(`${what} although nobody ever paid`);
    if (claims && choice.returns === 'ask' && choice.uncollected !== 'claim')
      faults.push(`${what} against the merchant's choice`);
    if ((witness.part?.certain ?? Infinity) <= index) faults.push(`${what} after a part of it had come back`);
  }
  return faults;
}

/** What staff changed while nobody was at work on the order stays as they left it. */
function overwritten(witness: Witness, changes: readonly SeenChange[]): string[] {
  const quiet = new Set(witness.quietStaffChanges);
  const faults: string[] = [];
  for (const [index, change] of changes.entries()) {
    if (!quiet.has(index)) continue;
    const later = changes
      .slice(index + 1)
      .find(({ operationId, apiId }) => operationId === change.operationId && apiId !== null);
    if (later !== undefined)
      faults.push(`${later.action} of document ${change.operationId}, which staff had changed`);
  }
  return faults;
}

function endFaults(
  witness: Witness,
  documents: readonly SeenDocument[],
  changes: readonly SeenChange[],
  problems: readonly string[],
): string[] {
  const apiId = witness.scene.account.apiId;
  const ours = new Set(
    changes
      .filter((each) => each.action === 'create' && each.apiId === apiId)
      .map(({ operationId }) => operationId),
  );
  const claims = changes.filter(({ action, type }) => action === 'create' && type === CLAIM);
  const standing = withoutReturned(
    documents.filter(({ id }) => ours.has(id)),
    claims,
  );
  const actual: Ending = { documents: standing.map(shownAs).toSorted(), problems };
  const conflict = problems.some((code) => /^document_(missing|changed)/.test(code));
  const staff = changes.some((each) => each.apiId === null);
  if (conflict)
    return staff || witness.beyondBelief ? [] : [`staff never touched a document, yet: ${describe(actual)}`];
  const legalWith = (kept: readonly (SeenDocument | SeenChange)[]): readonly Ending[] =>
    legalEndings({
      choice: choices[witness.choice],
      shown: witness.shown,
      posted: ours.size > 0,
      sold: kept.some(({ type }) => type === SALE),
    });
  // Without the verification, what staff deleted or made something else of is missed only by the next write.
  const gone = witness.verified
    ? []
    : changes.filter((each) => each.action === 'delete' && each.apiId === null && ours.has(each.operationId));
  const believed = [standing, ...gone.map((missed) => [...standing, missed])];
  const isLegal = believed.some((kept) => {
    const shown = describe({ documents: kept.map(shownAs).toSorted(), problems });
    return legalWith(kept).some((ending) => describe(ending) === shown);
  });
  const legal = legalWith(standing).map(describe).join(' or ');
  if (!isLegal) return [`ends with ${describe(actual)} instead of ${legal}`];
  const now = witness.shown.at(-1) as SeenOrder;
  return actual.problems.length > 0 ? [] : standing.flatMap((document) => contentFaults(document, now));
}

/** A sale and the claim of the same sum have closed each other, whatever becomes of them afterwards. */
function withoutReturned(
  documents: readonly SeenDocument[],
  claims: readonly SeenChange[],
): readonly SeenDocument[] {
  const left = documents.filter(({ type }) => type !== CLAIM);
  for (const claim of claims) {
    const index = left.findIndex(({ type, lineGross }) => type === SALE && lineGross === claim.lineGross);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

function shownAs({ type, lineGross }: Pick<SeenDocument, 'type' | 'lineGross'>): string {
  return `${type}: ${Math.round(lineGross * 100)}`;
}

function describe({ documents, problems }: Ending): string {
  return `[${[...documents, ...problems].join(', ')}]`;
}

/** Goods, payment and address of a document are the order's. */
function contentFaults({ type, lines, paymentTypeId }: SeenDocument, order: SeenOrder): string[] {
  const faults: string[] = [];
  if (paymentTypes[order.payment.provider] !== paymentTypeId)
    faults.push(`document ${type} is paid by ${paymentTypeId}, the order by ${order.payment.provider}`);
  const goods = (all: readonly { name: string; quantity: number }[]): string => {
    const sums = new Map<string, number>();
    for (const { name, quantity } of all) sums.set(name, (sums.get(name) ?? 0) + quantity);
    return JSON.stringify([...sums].toSorted());
  };
  const posted = goods(
    lines
      .filter(({ code }) => !code.startsWith('900'))
      .map(({ code, quantity }) => ({ name: code, quantity })),
  );
  const ordered = goods(order.lines.map(({ sku, quantity }) => ({ name: sku, quantity })));
  if (posted !== ordered) faults.push(`document ${type} holds ${posted}, the order ${ordered}`);
  return faults;
}
