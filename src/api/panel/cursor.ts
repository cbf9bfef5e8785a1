import { z } from 'zod';
import type { OrderPlace } from '../../db/queries/order-views.ts';

const place = z.tuple([
  z.enum(['updated', '-updated']),
  z.iso.datetime(),
  z.string().regex(/^[a-z0-9-]{1,40}$/),
  z.string().regex(/^[0-9]{1,20}$/),
]);
type Sort = z.output<typeof place>[0];

/** Where the next page begins, as an opaque text. */
export function writeCursor(sort: Sort, { updatedAt, connection, order }: OrderPlace): string {
  return Buffer.from(JSON.stringify([sort, updatedAt, connection, order])).toString('base64url');
}

/** The place that a cursor stands for; undefined when it is not one of ours, or of another sort order. */
export function readCursor(sort: Sort, text: string): OrderPlace | undefined {
  try {
    const [of, updatedAt, connection, order] = place.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return of === sort ? { updatedAt, connection, order } : undefined;
  } catch {
    return undefined;
  }
}
