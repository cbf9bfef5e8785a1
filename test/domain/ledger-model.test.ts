import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../../src/domain/order/document-kinds.ts';
import {
  type LedgerEntry,
  type WishedDocument,
  nextWrite,
  settleIntent,
} from '../../src/domain/order/next-write.ts';

/**
 * Exhaustive model of one order: every interleaving of a pass with crashes, lost answers and requests that take
 * effect late. The decisions are the product's own; the warehouse and the clock are the model's.
 */
interface Doc extends LedgerEntry {
  readonly id: number;
  readonly sent: string | null;
  /** The request of the intent may still leave or land. */
  readonly fresh: boolean;
}

interface Request {
  readonly id: number;
  readonly kind: DocumentKind;
  /** null: delete. */
  readonly digest: string | null;
  /** A creation is keyed by our stamp, an edit by the warehouse's id: it cannot bring back what was deleted. */
  readonly creates: boolean;
}

interface World {
  readonly step: number;
  readonly docs: readonly Doc[];
  /** `id:kind` -> digest */
  readonly warehouse: Readonly<Record<string, string>>;
  readonly flying: readonly Request[];
  readonly mishaps: number;
}

type Mutation = 'none' | 'no_quarantine' | 'no_intent';

const key = (request: Pick<Request, 'id' | 'kind'>): string => `${request.id}:${request.kind}`;

function apply(warehouse: World['warehouse'], request: Request): World['warehouse'] {
  const { [key(request)]: former, ...others } = warehouse;
  if (request.digest === null) return others;
  return former === undefined && !request.creates ? warehouse : { ...others, [key(request)]: request.digest };
}

/** All worlds that can follow. */
function successors(world: World, life: readonly WishedDocument[], mutation: Mutation): World[] {
  const next: World[] = [];
  // A request that is still on its way takes effect, or is lost for ever.
  world.flying.forEach((request, index) => {
    const flying = world.flying.filter((_other, other) => other !== index);
    next.push({ ...world, flying, warehouse: apply(world.warehouse, request) }, { ...world, flying });
  });
  // Time passes: the quarantine ends once nothing can land any more.
  if (world.flying.length === 0 && world.docs.some((doc) => doc.fresh)) {
    next.push({ ...world, docs: world.docs.map((doc) => ({ ...doc, fresh: false })) });
  }
  if (world.step < life.length - 1) next.push({ ...world, step: world.step + 1 });
  const wish = life[world.step];
  if (wish !== undefined) next.push(...pass(world, wish, mutation));
  return next;
}

/** One write of a pass, with everything that can become of it. */
function pass(world: World, asked: WishedDocument, mutation: Mutation): World[] {
  // Only what was sold can be returned; the rule knows it by the ledger.
  const sold = world.docs.some(
    ({ kind, state }) => kind === 'sale' && !['reserved', 'deleted', 'returned'].includes(state),
  );
  const wish: WishedDocument = asked.kind === 'claim' && !sold ? none : asked;
  const write = nextWrite(world.docs, wish);
  if (write.kind === 'done' || write.kind === 'ask') return [];
  if (write.kind === 'settle') return settle(world, write.entry, mutation);
  // One statement: it happens whole or not at all.
  if (write.kind === 'close') {
    const docs = world.docs.map((doc) =>
      doc.state === 'live' && doc.kind !== 'order' ? { ...doc, state: 'returned' as const } : doc,
    );
    return [{ ...world, docs }];
  }
  const kind = write.kind === 'create' ? write.document : write.entry.kind;
  const entry: Doc = write.entry ?? {
    id: world.docs.length + 1,
    kind,
    state: 'reserved',
    liveDigest: null,
    sent: null,
    fresh: false,
  };
  const digest = write.kind === 'delete' || wish.kind === 'none' ? null : wish.digest;
  const request = {
    id: entry.id,
    kind: entry.kind,
    digest,
    creates: write.kind === 'create',
  };
  const intent: Doc = {
    ...entry,
    state: digest === null ? 'delete_sent' : 'sent',
    sent: digest,
    fresh: true,
  };
  const stored = mutation === 'no_intent' ? entry : intent;
  const answered: Doc = {
    ...intent,
    state: digest === null ? 'deleted' : 'live',
    liveDigest: digest,
    sent: null,
    fresh: false,
  };
  const after = (doc: Doc): readonly Doc[] => [...world.docs.filter((other) => other.id !== doc.id), doc];
  const worlds: World[] = [{ ...world, docs: after(answered), warehouse: apply(world.warehouse, request) }];
  if (world.mishaps > 0) {
    const mishap = { ...world, mishaps: world.mishaps - 1 };
    // Crash before the request left; crash or time-out after it did, to land now or later.
    worlds.push(
      { ...mishap, docs: after(stored) },
      { ...mishap, docs: after(stored), flying: [...world.flying, request] },
    );
  }
  return worlds;
}

function settle(world: World, doc: Doc, mutation: Mutation): World[] {
  const found = world.warehouse[key(doc)] ?? null;
  const outcome = settleIntent({
    intent: doc.state === 'delete_sent' ? 'delete' : 'save',
    formerDigest: doc.liveDigest,
    sentDigest: doc.sent,
    found,
    quarantineOver: !doc.fresh || mutation === 'no_quarantine',
  });
  if (outcome === 'wait') return [];
  const before = doc.liveDigest === null ? 'reserved' : 'live';
  const settled: Doc = {
    ...doc,
    ...(outcome === 'landed' && found === null ? { state: 'deleted' as const } : {}),
    ...(outcome === 'landed' && found !== null ? { state: 'live' as const, liveDigest: found } : {}),
    ...(outcome === 'not_landed' ? { state: before } : {}),
    ...(outcome === 'conflict' ? { state: 'conflict' as const } : {}),
    sent: null,
    fresh: false,
  };
  return [{ ...world, docs: world.docs.map((other) => (other.id === doc.id ? settled : other)) }];
}

/** Walks through every reachable world; answers how many there are and which quiet ones are wrong. */
function explore(life: readonly WishedDocument[], mutation: Mutation): { worlds: number; wrong: World[] } {
  const start: World = { step: 0, docs: [], warehouse: {}, flying: [], mishaps: 2 };
  const seen = new Set([JSON.stringify(start)]);
  const queue = [start];
  const wrong: World[] = [];
  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const next = successors(world, life, mutation);
    if (next.length === 0 && !isRight(world, life)) wrong.push(world);
    for (const each of next) {
      const name = JSON.stringify(each);
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(each);
    }
  }
  return { worlds: seen.size, wrong };
}

/** What was returned stands for ever, each sale beside its return; besides, exactly the last wish. */
function isRight(world: World, life: readonly WishedDocument[]): boolean {
  const wish = life.at(-1);
  const returned = world.docs.filter((doc) => doc.state === 'returned').map((doc) => doc.liveDigest);
  const held = Object.entries(world.warehouse).map(([name, digest]) => `${name.split(':')[1]} ${digest}`);
  const history = returned.length === 0 ? [] : ['sale s', 'claim c'];
  const undone = wish?.kind === 'claim';
  const standing =
    wish === undefined || wish.kind === 'none' || undone ? [] : [`${wish.kind} ${wish.digest}`];
  return JSON.stringify(held.toSorted()) === JSON.stringify([...history, ...standing].toSorted());
}

const orderA: WishedDocument = { kind: 'order', digest: 'a' };
const orderB: WishedDocument = { kind: 'order', digest: 'b' };
const saleA: WishedDocument = { kind: 'sale', digest: 's' };
const claim: WishedDocument = { kind: 'claim', digest: 'c' };
const none: WishedDocument = { kind: 'none' };
const lives: readonly [string, readonly WishedDocument[]][] = [
  ['placed', [orderA]],
  ['placed, edited', [orderA, orderB]],
  ['placed, cancelled', [orderA, none]],
  ['placed, sold', [orderA, saleA]],
  ['placed, edited, sold', [orderA, orderB, saleA]],
  ['placed, cancelled, revived', [orderA, none, orderB]],
  ['placed, sold, never paid, cancelled', [orderA, saleA, none]],
  ['sold, refunded', [saleA, claim]],
  ['sold, refunded, revived', [saleA, claim, orderB]],
];

describe('the ledger, in every interleaving with two mishaps', () => {
  it.each(lives)('%s: the warehouse always ends with exactly the wished document', (_name, life) => {
    const { worlds, wrong } = explore(life, 'none');
    expect(wrong).toEqual([]);
    expect(worlds).toBeGreaterThan(10);
  });

  it.each(['no_quarantine', 'no_intent'] as const)(
    'the model notices when a rule is missing: %s',
    (mutation) => {
      const wrong = lives.flatMap(([, life]) => explore(life, mutation).wrong);
      expect(wrong.length).toBeGreaterThan(0);
    },
  );
});
