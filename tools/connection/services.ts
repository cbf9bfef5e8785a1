import type { MicrobgClient } from '../../src/clients/microbg/index.ts';
import { type Cursor, firstCursor } from '../../src/clients/microbg/paging.ts';
import { progress } from '../local/progress.ts';
import type { Named } from './names.ts';
import { Refusal } from './refusal.ts';

/** Rows of one page; a server that gives fewer is understood. */
const PAGE = 500;

/**
 * All items of type service, in use. micro.bg finds items by id, code or barcode but not by name (micro.bg API 3.5):
 * the whole catalogue has to be read.
 * @throws {Refusal} when it cannot be read.
 */
export async function readServices(warehouse: MicrobgClient, pricesWithVat: boolean): Promise<Named[]> {
  return progress('reading the items of micro.bg', async () => {
    const services: Named[] = [];
    for (let cursor: Cursor | null = firstCursor(PAGE); cursor !== null;) {
      const page = await warehouse.itemsPage({ pricesWithVat }, cursor);
      if (page.kind !== 'ok') {
        const why = page.kind === 'failed' ? page.decision.operator : 'there are none';
        throw new Refusal(`Nothing was saved. The items of the warehouse cannot be read: ${why}.`);
      }
      services.push(
        ...page.value.rows
          .filter(({ isService, deleted }) => isService && !deleted)
          .map(({ id, name }) => ({ id, name })),
      );
      cursor = page.value.next;
    }
    return services;
  });
}
