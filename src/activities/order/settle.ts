import type { Operation } from '../../clients/microbg/operations.ts';
import { type LedgerDocument, findCanary } from '../../db/queries/ledger.ts';
import { settleIntent } from '../../domain/order/next-write.ts';
import { type IntendedDocument, contentDigest, isIntended } from './content.ts';
import { type PassContext, askWarehouse, valueOf } from './context.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { confirmSaved, settleAs } from './confirm.ts';
import { PassStopped } from './stops.ts';

/** A document that is shown again after an empty answer is looked at anew so soon, milliseconds. */
const SHOWN_AGAIN_MS = 1_000;
/** An answer that is still awaited is looked for at least this often, milliseconds. */
const LOOK_AGAIN_MS = 10_000;

/**
 * Finds out what became of every write whose answer was lost, before anything else is sent for the order.
 * @throws {PassStopped} while a request may still take effect.
 */
export async function settleUnknown(
  pass: PassContext,
  documents: readonly LedgerDocument[],
): Promise<LedgerDocument[]> {
  const settled: LedgerDocument[] = [];
  for (const document of documents) {
    const unknown = document.state === 'sent' || document.state === 'delete_sent';
    settled.push(unknown ? await settleOne(pass, document) : document);
  }
  return settled;
}

async function settleOne(pass: PassContext, document: LedgerDocument): Promise<LedgerDocument> {
  const found = await findDocument(pass, document);
  const sent = document.state === 'sent' ? (document.sentContent as IntendedDocument) : undefined;
  const ours = sent === undefined ? [] : found.filter((row) => isIntended(sent, row));
  const [first] = ours.toSorted((a, b) => a.id - b.id);
  if (found.length === 0) await proveAbsence(pass, document);
  const outcome = settleIntent({
    intent: document.state === 'sent' ? 'save' : 'delete',
    formerDigest: document.liveDigest,
    sentDigest: document.sentDigest,
    found: first === undefined ? formerOf(document, found[0]) : document.sentDigest,
    quarantineOver: quarantineEnd(pass, document) <= pass.databaseNow(),
  });
  switch (outcome) {
    case 'wait':
      throw new PassStopped('quarantine', 'A request may still take effect; nothing is sent before', {
        retryInMs: Math.min(LOOK_AGAIN_MS, Math.max(50, quarantineEnd(pass, document) - pass.databaseNow())),
      });
    case 'landed':
      if (first === undefined || sent === undefined)
        return settleAs(pass, document, 'deleted', { how: 'absent' });
      return confirmSaved(pass, document, sent, first, {
        how: 'found after a lost answer',
        removedDoubles: await removeDoubles(
          pass,
          ours.filter((row) => row !== first),
        ),
      });
    case 'not_landed':
      return settleAs(pass, document, document.liveDigest === null ? 'reserved' : 'live', {
        how: 'not landed',
      });
    case 'conflict':
      return settleAs(pass, document, 'conflict', { how: 'neither the former nor the sent content' });
  }
}

/** What stands under our id when it is not what was sent: the former content, or somebody's. */
function formerOf(document: LedgerDocument, found: Operation | undefined): string | null {
  if (found === undefined) return null;
  return contentDigest(found) === document.liveContentDigest ? document.liveDigest : 'other';
}

/** The request left before the lease that its intent names ended, and takes effect a while after that at most. */
function quarantineEnd({ durations }: PassContext, document: LedgerDocument): number {
  return (document.deadlineAtMs ?? 0) + durations.landMs;
}

/** Rows of the warehouse that may be this document: by its id once known, otherwise by our stamp. */
export async function findDocument(
  pass: PassContext,
  document: LedgerDocument,
): Promise<readonly Operation[]> {
  const key = document.warehouseId === null ? { extAppDocId: document.extId } : { id: document.warehouseId };
  const answer = await askWarehouse(pass, 'getOperations', () =>
    pass.warehouse.findOperations(OPER_TYPE[document.kind], key),
  );
  return valueOf(pass, answer) ?? [];
}

/**
 * An empty answer is proof only beside a full one, and only when it is given twice: after the subscription ran out the API
 * may answer with empty lists, and any list may be `data: null` by mistake (micro.bg API 7, trap 1; Q-25).
 */
export async function proveAbsence(pass: PassContext, document: LedgerDocument): Promise<void> {
  const canary = await pass.io.db('find-canary', (database) =>
    findCanary(database, pass.key.connectionId, document.id),
  );
  const answer =
    canary === undefined
      ? await askWarehouse(pass, 'getCompanyData', () => pass.warehouse.isPaid())
      : await askWarehouse(pass, 'getOperations', async () => {
          const known = await pass.warehouse.findOperations(OPER_TYPE[canary.kind], {
            id: canary.warehouseId,
          });
          return known.kind === 'ok' ? { ...known, value: true } : known;
        });
  if (valueOf(pass, answer) !== true) {
    throw new PassStopped('absence_not_proven', 'micro.bg does not show documents that certainly exist', {
      retryInMs: pass.durations.pausedRetryMs,
    });
  }
  if ((await findDocument(pass, document)).length > 0) {
    throw new PassStopped('absence_not_proven', 'micro.bg shows what it did not show a moment ago', {
      retryInMs: SHOWN_AGAIN_MS,
    });
  }
}

/** Two documents under one stamp: the vendor took two requests at once. The later ones are ours to delete. */
async function removeDoubles(pass: PassContext, doubles: readonly Operation[]): Promise<number[]> {
  for (const { id } of doubles) {
    valueOf(pass, await askWarehouse(pass, 'deleteOperation', () => pass.warehouse.deleteOperation({ id })));
  }
  return doubles.map(({ id }) => id);
}
