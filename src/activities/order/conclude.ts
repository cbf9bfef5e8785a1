import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { type PassEnd, type ProblemRow, finishPass } from '../../db/queries/orders.ts';
import { type Decision, decisionOf } from '../../domain/order/decision.ts';
import { LEAVE_ALONE } from '../../domain/order/questions.ts';
import { type Problem, isBlocking } from '../../domain/problems.ts';
import type { OrderState, PassDeed, PassOutcome, PassResult } from '../../workflows/order/contract.ts';
import { digestOf } from './content.ts';
import type { PassContext } from './context.ts';
import type { ShopRead } from './read-shop.ts';
import { LeaseLost } from './stops.ts';
import { isPaid } from './ledger-facts.ts';
import type { PassWish } from './wish.ts';
import type { Written } from './write-difference.ts';

/** Ends a pass: the order's state, what is in the way, and what the workflow must know. */
export async function conclude(
  pass: PassContext,
  read: ShopRead,
  wish: PassWish,
  written: Written,
): Promise<PassResult> {
  const problems = [...wish.problems, ...written.problems];
  const blocked = problems.some(isBlocking);
  const state = wish.foreign === true ? 'foreign' : stateOf(written.documents, blocked, wish.notOurs);
  const deed = deedOf(written.deeds, state, blocked);
  const observing = pass.connection.mode === 'observe';
  await finish(pass, read, {
    state,
    missing: read.order === undefined,
    problems,
    due: blocked ? { inMs: pass.durations.blockedRetryMs, reason: 'blocked' } : null,
    spentAnswers: spentOf(pass, wish),
    // A pass that changed nothing decided what the one before it had decided.
    decision:
      wish.input !== undefined && (blocked || written.deeds.length > 0) ? decisionOf(wish.input) : null,
    suspectSince: pass.claimed.suspectSince,
    journal: { deed, state, ...wish.journal, ...(observing ? { wouldHave: wish.target } : {}) },
  });
  return resultOf(state, deed, read, written.documents, problems);
}

/** Ends a pass that came to no wish: the order was not found for the first time, or cannot be read. */
export async function concludeUnread(
  pass: PassContext,
  read: ShopRead | undefined,
  documents: readonly LedgerDocument[],
  cause: 'missing' | Problem,
): Promise<PassResult> {
  const problems = cause === 'missing' ? [] : [cause];
  const state = stateOf(documents, problems.length > 0, false);
  const { goneAfterMs, blockedRetryMs } = pass.durations;
  await finish(pass, read, {
    state,
    missing: cause === 'missing',
    problems,
    due:
      cause === 'missing'
        ? { inMs: goneAfterMs, reason: 'missing' }
        : { inMs: blockedRetryMs, reason: 'blocked' },
    spentAnswers: [],
    decision: null,
    suspectSince: null,
    journal: { deed: 'waiting', state, wish: cause === 'missing' ? 'missing' : 'unreadable' },
  });
  const deed = cause === 'missing' ? 'waiting' : 'blocked';
  const result = resultOf(state, deed, read, documents, problems);
  return cause === 'missing' ? { ...result, outcome: 'open' } : result;
}

function stateOf(documents: readonly LedgerDocument[], blocked: boolean, notOurs: boolean): OrderState {
  if (notOurs) return 'ignored';
  const closed = new Set<LedgerDocument['state']>(['deleted', 'reserved', 'returned']);
  const open = documents.filter(({ state }) => !closed.has(state));
  if (open.some(({ state }) => state === 'conflict')) return 'conflict';
  if (open.some(({ state }) => state === 'foreign')) return 'foreign';
  if (blocked) return 'blocked';
  if (open.some(({ kind }) => kind === 'sale')) return 'sold';
  if (open.length > 0) return 'ordered';
  if (documents.some(({ state }) => state === 'returned')) return 'returned';
  return documents.some(({ warehouseId }) => warehouseId !== null) ? 'withdrawn' : 'none';
}

/** An answer stands for as long as it decides something; one that says to leave the order alone, until it is taken back. */
function spentOf({ claimed }: PassContext, { decided }: PassWish): number[] {
  if (decided === 'unknown') return [];
  return claimed.answers
    .filter(({ question, answer }) => question !== decided && answer !== LEAVE_ALONE)
    .map(({ id }) => id);
}

const weight: readonly PassDeed[] = ['sold', 'returned', 'ordered', 'edited', 'withdrawn'];

/** The one thing that a person would say was done. */
function deedOf(deeds: readonly PassDeed[], state: OrderState, blocked: boolean): PassDeed {
  const done = weight.find((deed) => deeds.includes(deed));
  if (done !== undefined) return done;
  if (blocked) return 'blocked';
  return state === 'ignored' ? 'ignored' : 'unchanged';
}

function outcomeOf(state: OrderState): PassOutcome {
  if (state === 'blocked' || state === 'conflict' || state === 'foreign') return 'blocked';
  return state === 'ordered' ? 'open' : 'settled';
}

function resultOf(
  state: OrderState,
  deed: PassDeed,
  read: ShopRead | undefined,
  documents: readonly LedgerDocument[],
  problems: readonly Problem[],
): PassResult {
  const shown = documents.filter((document) => document.state === 'live');
  return {
    outcome: outcomeOf(state),
    deed,
    state,
    ...(read?.order === undefined ? {} : { shopStatus: read.order.status }),
    ...(shown.length === 0
      ? {}
      : { documents: shown.map(({ kind, warehouseNumber }) => `${kind} ${warehouseNumber ?? '?'}`) }),
    ...(problems.length === 0 ? {} : { problems: problems.map(({ code }) => code) }),
  };
}

interface Ending {
  readonly state: OrderState;
  readonly missing: boolean;
  readonly problems: readonly Problem[];
  readonly due: { readonly inMs: number; readonly reason: string } | null;
  readonly spentAnswers: readonly number[];
  readonly decision: Decision | null;
  /** The suspicion that was looked into; null: none, or the pass did not come as far as the warehouse. */
  readonly suspectSince: string | null;
  readonly journal: Readonly<Record<string, unknown>>;
}

async function finish(pass: PassContext, read: ShopRead | undefined, ending: Ending): Promise<void> {
  const { order } = read ?? {};
  const end: PassEnd = {
    state: ending.state,
    shop:
      order === undefined
        ? null
        : {
            status: order.status,
            fulfilment: order.fulfilment,
            updatedAt: order.updatedAt,
            total: order.total,
            currency: order.currency ?? '',
            paid: isPaid(order),
            partlyReturned: order.returnStatus === 'partial',
            provider: order.payment?.provider ?? null,
          },
    // Without a read no delivery is answered: they stay open.
    readStartedAtMs: read?.startedAtMs ?? 0,
    missing: ending.missing,
    problems: ending.problems.map(toRow),
    dueInMs: ending.due?.inMs ?? null,
    dueReason: ending.due?.reason ?? null,
    settingsVersion: pass.claimed.settingsVersion,
    suspectSince: ending.suspectSince,
    spentAnswers: ending.spentAnswers,
    decision:
      ending.decision === null
        ? null
        : { digest: digestOf(JSON.parse(JSON.stringify(ending.decision)) as object), ...ending.decision },
    journal: ending.journal,
  };
  const { fence } = pass.lease.holder;
  const ended = await pass.io.db('finish-pass', (database) => finishPass(database, pass.key, fence, end));
  if (!ended) throw new LeaseLost();
}

function toRow(one: Problem): ProblemRow {
  return { code: one.code, severity: isBlocking(one) ? 'blocking' : 'info', params: one.params };
}
