import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { projectRoot } from '../../tools/local/paths.ts';

const folder = join(projectRoot, 'test', 'histories');

/** Names of the recorded histories: the workflow, and what happened in this run of it. */
export function recordedNames(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length).replaceAll('\\', '/'))
    .toSorted();
}

export function recordedHistory(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/**
 * With RECORD_HISTORIES=true keeps a history in the project, without the names and paths of the machine it was made on. One
 * that is there stays: what began under older code must go on.
 */
export function record(name: string, history: History): void {
  const file = join(folder, `${name}.json`);
  if (process.env['RECORD_HISTORIES'] !== 'true' || existsSync(file)) return;
  const plain: unknown = JSON.parse(
    historyToJSON(history).replaceAll(/\b\d+@[\w.-]+/g, '1@worker'),
    (key, value: unknown) => (key === 'stackTrace' ? '' : value),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(plain, null, 2)}\n`);
}

/** Everything that a history says, payloads decoded: what a person with access to Temporal can read. */
export function textOf(history: History): string {
  const texts: string[] = [];
  const read = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      texts.push(value);
      if (name === 'data') texts.push(Buffer.from(value, 'base64').toString('utf8'));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) read(inner, key);
    }
  };
  read(JSON.parse(historyToJSON(history)), '');
  return texts.join('\n');
}
