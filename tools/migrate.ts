import { migrateAll } from '../src/migrate.ts';

/** `npm run migrate`: for installations that run their own PostgreSQL and Temporal. */
export function main(): Promise<number> {
  return migrateAll((line) => console.log(line));
}
