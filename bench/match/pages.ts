import { DEMO_CONNECTION } from '../../tools/local/demo-connection.ts';
import type { World } from '../orders/world.ts';
import { median } from '../support/report.ts';

/** How long pages of the report took over the API, milliseconds. */
export interface PageTimes {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** What people ask for: the whole list either way, each state, notes, words that are everywhere, rare, or nowhere. */
const QUERIES = [
  ...['', '?sort=-name', '?sort=code', '?sort=-code'],
  ...['will_link', 'will_be_created', 'only_in_warehouse', 'duplicate_code_in_shop', 'missing_code'].flatMap(
    (state) => [`?state=${state}`, `?state=${state}&sort=code`],
  ),
  ...['?note=untracked', '?note=service_item', '?changed=true'],
  ...['тениска', 'МОДЕЛ 77777', 'sku-1234', 'свещ червена', 'такава няма'].map(
    (words) => `?search=${encodeURIComponent(words)}`,
  ),
  `?state=will_link&search=${encodeURIComponent('памук 999')}`,
];
const ROUNDS = 10;
/** Pages that are turned after the first one. */
const TURNED = 3;

/** Asks for pages one after the other, as a person does, each kind several times. */
export async function timePages({ stack }: World): Promise<PageTimes> {
  const times: number[] = [];
  const ask = async (query: string): Promise<string | null> => {
    const began = performance.now();
    const response = await fetch(`${stack.apiUrl}/api/connections/${DEMO_CONNECTION}/match/rows${query}`, {
      headers: { authorization: `Bearer ${stack.apiToken}` },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`a page answers ${response.status}: ${text.slice(0, 200)}`);
    times.push(performance.now() - began);
    return (JSON.parse(text) as { next: string | null }).next;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const query of QUERIES) {
      let next = await ask(query);
      for (let turned = 0; turned < TURNED && next !== null; turned += 1)
        next = await ask(`${query}${query === '' ? '?' : '&'}after=${next}`);
    }
  }
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { medianMs: median(times), p95Ms: at(0.95), maxMs: at(1) };
}
