import type { Item } from '../../clients/microbg/items.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Connection } from '../../db/queries/connections.ts';
import {
  type WantedService,
  markServiceMade,
  markServiceRefused,
  markServiceSent,
  openServices,
} from '../../db/queries/service-items.ts';
import { sameName } from '../../domain/connection/names.ts';
import type { PassIo } from '../order/io.ts';
import { vendorUnavailable } from '../order/stops.ts';
import type { Slots } from '../slots.ts';
import { sendInOnePlace } from '../warehouse-requests.ts';

interface ServiceDesk {
  readonly io: PassIo;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
}

/** Orders need the place; the items wait this long. */
const BUSY_RETRY_MS = 5_000;

/**
 * Makes the service items that somebody asked for, each once: it is looked up by its own code first, and a second
 * insert of that code is refused by micro.bg (micro.bg API 3.5). Done in every mode: it was asked for in so many words.
 * @throws {PassStopped} when micro.bg does not answer; the next time finds out what became of it.
 */
export async function makeServices(desk: ServiceDesk, connection: Connection): Promise<void> {
  const { io } = desk;
  const open = await io.db('open-services', (database) => openServices(database, connection.id));
  for (const wanted of open) await makeOne(desk, connection, wanted);
}

async function makeOne(desk: ServiceDesk, connection: Connection, wanted: WantedService): Promise<void> {
  const { io } = desk;
  const warehouse = desk.warehouseOf(connection);
  const known = await findByCode(desk, connection, wanted.code);
  if (known !== undefined) return adopt(io, wanted, known);
  await io.db('service-sent', (database) => markServiceSent(database, wanted.id));
  const { name, code, taxGroup, measureId } = wanted;
  const answer = await sendInOnePlace({ ...desk, connection }, 'service.insertItem', BUSY_RETRY_MS, () =>
    warehouse.insertItem({ name, code, taxGroup, measureId, isService: true }),
  );
  if (answer.kind === 'ok')
    return io.db('service-made', (database) => markServiceMade(database, wanted.id, answer.value.id));
  if (answer.kind === 'not_found' || answer.decision.class !== 'refused')
    throw vendorUnavailable(
      answer.kind === 'failed'
        ? answer.decision
        : { class: 'defect', code: 'microbg_refused', operator: 'micro.bg gave no item' },
    );
  // Refused because it is there already: an earlier request landed after it was given up.
  const landed = await findByCode(desk, connection, code);
  if (landed !== undefined) return adopt(io, wanted, landed);
  await io.db('service-refused', (database) =>
    markServiceRefused(database, wanted.id, answer.decision.operator),
  );
}

async function findByCode(
  desk: ServiceDesk,
  connection: Connection,
  code: string,
): Promise<Item | undefined> {
  const answer = await sendInOnePlace({ ...desk, connection }, 'service.getItems', BUSY_RETRY_MS, () =>
    desk.warehouseOf(connection).findItems({ code }, true),
  );
  if (answer.kind === 'failed') throw vendorUnavailable(answer.decision);
  return answer.kind === 'ok' ? answer.value.find((item) => !item.deleted) : undefined;
}

/** Only an item as it was wanted is ours; another one has our code by chance. */
async function adopt(io: PassIo, wanted: WantedService, item: Item): Promise<void> {
  const ours = item.isService && sameName(item.name, wanted.name);
  await io.db('service-adopted', (database) =>
    ours
      ? markServiceMade(database, wanted.id, item.id)
      : markServiceRefused(database, wanted.id, `code ${wanted.code} belongs to another item`),
  );
}
