import type { Life, Move } from './life.ts';

interface Outcome {
  readonly faults: readonly string[];
  readonly log: readonly string[];
}

/** Lives of a search at most: what is short enough is short enough. */
const MOST_TRIES = 250;

/** A life that still goes wrong and from which nothing can be left out. */
export async function shortened(
  life: Life,
  live: (life: Life) => Promise<Outcome>,
): Promise<{ life: Life; faults: readonly string[]; log: readonly string[] }> {
  let best = life;
  let outcome = await live(life);
  // Gone at the second time: something is not the life's own; it is shown as it is.
  if (outcome.faults.length === 0) return { life, faults: ['fails only now and then'], log: outcome.log };
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const candidate of simpler(best)) {
      if (tries >= MOST_TRIES) return { life: best, ...outcome };
      tries += 1;
      const again = await live(candidate);
      if (again.faults.length === 0) continue;
      best = candidate;
      outcome = again;
      progress = true;
      break;
    }
  }
  return { life: best, ...outcome };
}

/** Lives with less in them, the much shorter ones first. */
function* simpler(life: Life): Generator<Life> {
  const { moves, order } = life;
  for (let size = Math.floor(moves.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= moves.length; from += size)
      yield { ...life, moves: [...moves.slice(0, from), ...moves.slice(from + size)] };
  }
  if (life.choice !== 'usual') yield { ...life, choice: 'usual' };
  if (order.lines.length > 1) yield { ...life, order: { ...order, lines: order.lines.slice(0, 1) } };
  if (order.shipping !== null) yield { ...life, order: { ...order, shipping: null } };
  const { status: _paid, draft: _draft, ...plain } = order;
  if (order.status !== undefined || order.draft !== undefined) yield { ...life, order: plain };
  if (order.payment !== 'cod') yield { ...life, order: { ...order, payment: 'cod' } };
  for (const [index, move] of moves.entries()) {
    const easier: Move[] = [];
    if (move.when !== 'rest') easier.push({ ...move, when: 'rest' });
    if (typeof move.when === 'number' && move.when > 0) {
      easier.push({ ...move, when: Math.floor(move.when / 2) }, { ...move, when: move.when - 1 });
    }
    if (move.do === 'shop' && move.told !== true) easier.push({ ...move, told: true });
    for (const one of easier) yield { ...life, moves: moves.with(index, one) };
  }
}
