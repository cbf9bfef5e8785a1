// The migrate container: brings PostgreSQL and Temporal to what this version needs, then ends.
import { migrateAll } from '../dist/src/migrate.js';

process.exitCode = await migrateAll((line) => process.stdout.write(`${line}\n`));
