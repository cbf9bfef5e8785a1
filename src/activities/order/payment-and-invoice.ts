import type { Answer } from '../../clients/answer.ts';
import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import { sofiaWallTime } from '../../clients/microbg/company.ts';
import { readSettingsVersion } from '../../db/queries/connections.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { type OnceChange, type OnceKind, type OnceState, storeOnce } from '../../db/queries/once-writes.ts';
import { minorToDecimal } from '../../domain/rational.ts';
import { wantedPartner } from '../../domain/partner/wanted-partner.ts';
import { type Problem, isBlocking, problem } from '../../domain/problems.ts';
import { buyerOf } from './buyer.ts';
import type { IntendedDocument } from './content.ts';
import { type PassContext, writeWarehouse } from './context.ts';
import {
  contentOf,
  documentProblems,
  onceKinds,
  onceStateOf as stateOf,
  unknownProblem,
} from './document-problems.ts';
import { answersOf, isPaid } from './ledger-facts.ts';
import { PassStopped, vendorUnavailable } from './stops.ts';
import type { PassWish } from './wish.ts';
import type { Written } from './write-difference.ts';
import { checkUntouched } from './write.ts';

/**
 * Finds out, before anything else, what is known of payments and invoices that an earlier pass was sending: without
 * an answer nobody can know, so it becomes a question; what a person answered is carried out.
 */
export async function settleOnceWrites(
  pass: PassContext,
  documents: readonly LedgerDocument[],
): Promise<LedgerDocument[]> {
  const answers = answersOf(pass.claimed.answers);
  const settled: LedgerDocument[] = [];
  for (let document of documents) {
    for (const kind of onceKinds) {
      const state = stateOf(document, kind);
      if (state === 'sent') document = await change(pass, document, kind, 'unknown', { how: 'no answer' });
      const answer = state === 'unknown' ? answers[`${kind}_unknown`] : undefined;
      if (answer === 'done') document = await change(pass, document, kind, 'done', { how: 'answered' });
      if (answer === 'repeat') document = await repeatable(pass, document, kind);
    }
    settled.push(document);
  }
  return settled;
}

/** A person saw that it is not there. The request may still land until its last moment has passed. */
async function repeatable(
  pass: PassContext,
  document: LedgerDocument,
  kind: OnceKind,
): Promise<LedgerDocument> {
  const waitMs = (document.onceDeadlineAtMs ?? 0) + pass.durations.landMs - pass.databaseNow();
  if (waitMs > 0)
    throw new PassStopped('quarantine', 'A request may still take effect; it is not sent again before', {
      retryInMs: waitMs,
    });
  return change(pass, document, kind, null, { how: 'answered' });
}

/** Records the payment of a sale and issues its invoice, where the merchant wants that: each once. */
export async function writeOnce(
  pass: PassContext,
  order: CloudcartOrder,
  wish: PassWish,
  written: Written,
): Promise<Written> {
  const sale = written.documents.find(({ kind, state }) => kind === 'sale' && state === 'live');
  if (sale === undefined || sale.postedDiffers || wish.target.kind !== 'sale') return written;
  if ([...wish.problems, ...written.problems].some(isBlocking)) return written;
  const missing = (await wantedKinds(pass, order, sale)).filter((kind) => stateOf(sale, kind) === null);
  if (missing.length === 0) return written;
  // A sale that this pass did not touch may have been changed by staff meanwhile.
  let document = written.deeds.length > 0 ? sale : await checkUntouched(pass, sale, false);
  const problems: Problem[] = document.state === 'live' ? [] : documentProblems([document]);
  for (const kind of document.state === 'live' ? missing : []) {
    const sent = await send(pass, document, kind);
    document = sent.document;
    problems.push(...sent.problems);
  }
  return {
    ...written,
    documents: written.documents.map((one) => (one.id === document.id ? document : one)),
    problems: [...written.problems, ...problems],
  };
}

/** By the settings that the sale began with: a change of them does not reach back. */
async function wantedKinds(
  pass: PassContext,
  order: CloudcartOrder,
  { settingsVersion, ...sale }: LedgerDocument,
): Promise<OnceKind[]> {
  const { connection } = pass;
  const { recordPayments, invoices } =
    settingsVersion === connection.settingsVersion
      ? connection.settings
      : await pass.io.db('read-settings', (database) =>
          readSettingsVersion(database, connection.id, settingsVersion),
        );
  const payment = recordPayments && isPaid(order) && (contentOf(sale)?.total ?? 0) > 0;
  const company = wantedPartner(buyerOf(order)).key.kind === 'company';
  const invoice = invoices === 'all' || (invoices === 'companies' && company);
  return [...(payment ? (['payment'] as const) : []), ...(invoice ? (['invoice'] as const) : [])];
}

async function send(
  pass: PassContext,
  sale: LedgerDocument,
  kind: OnceKind,
): Promise<{ document: LedgerDocument; problems: Problem[] }> {
  const content = contentOf(sale);
  if (content === undefined) throw new Error(`document ${sale.id} is live without its content`);
  // The application's place at micro.bg is waited for before the intent names the lease as its last moment.
  await pass.enterWarehouse();
  const amount = kind === 'payment' ? { amount: content.total } : {};
  const sending = await change(pass, sale, kind, 'sent', {}, amount);
  const answer = await (kind === 'payment' ? pay(pass, sale, content) : invoice(pass, sale, content));
  if (answer.kind === 'ok') {
    const known = 'number' in answer.value ? answer.value : {};
    return { document: await change(pass, sending, kind, 'done', answer.value, known), problems: [] };
  }
  const decision = answer.kind === 'failed' ? answer.decision : undefined;
  if (decision?.class === 'refused') {
    const document = await change(pass, sending, kind, null, { how: 'refused', said: decision.operator });
    return { document, problems: [problem(`${kind}_refused`, { said: decision.operator })] };
  }
  if (decision !== undefined && ['retry', 'retry_after', 'auth', 'paused'].includes(decision.class)) {
    await change(pass, sending, kind, null, { how: 'not taken', code: decision.code });
    throw vendorUnavailable(decision);
  }
  const document = await change(pass, sending, kind, 'unknown', { how: 'no answer' });
  return { document, problems: [unknownProblem(document, kind)] };
}

function pay(
  pass: PassContext,
  sale: LedgerDocument,
  { total, document }: IntendedDocument,
): Promise<Answer<{ id: number }>> {
  const { paymentTypeId } = document;
  return writeWarehouse(pass, 'addPayment', () =>
    pass.warehouse.addPayment(keyOf(sale), {
      amount: minorToDecimal(total),
      paymentTypeId,
      date: sofiaWallTime(pass.databaseNow()),
    }),
  );
}

async function invoice(
  pass: PassContext,
  sale: LedgerDocument,
  { issuedAt }: IntendedDocument,
): Promise<Answer<{ number: string }>> {
  const [date = ''] = issuedAt.split(' ');
  const answer = await writeWarehouse(pass, 'createInvoice', () =>
    pass.warehouse.createInvoice(keyOf(sale), { documentType: 1, date, eventDate: date }),
  );
  // The link is a secret, and is kept nowhere (micro.bg API 3.8).
  return answer.kind === 'ok' ? { ...answer, value: { number: answer.value.documentNumber } } : answer;
}

function keyOf({ id, warehouseId }: LedgerDocument): { id: number } {
  if (warehouseId === null) throw new Error(`document ${id} is live without an id of the warehouse`);
  return { id: warehouseId };
}

async function change(
  pass: PassContext,
  document: LedgerDocument,
  kind: OnceKind,
  state: OnceState,
  evidence: OnceChange['evidence'],
  more: Pick<OnceChange, 'amount' | 'number'> = {},
): Promise<LedgerDocument> {
  await pass.lease.write(`store-${kind}`, (database, holder) =>
    storeOnce(database, holder, { documentId: document.id, kind, state, evidence, ...more }),
  );
  return kind === 'payment'
    ? { ...document, paymentState: state, paymentAmount: more.amount ?? document.paymentAmount }
    : { ...document, invoiceState: state, invoiceNumber: more.number ?? document.invoiceNumber };
}
