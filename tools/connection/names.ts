import { sameName } from '../../src/domain/connection/names.ts';
import { exampleOf } from './examples.ts';
import type { IdOrName } from './file.ts';
import type { Problem } from './refusal.ts';

/** Whatever micro.bg lists under an id and a name that the merchant gave. */
export interface Named {
  readonly id: number;
  readonly name: string;
}

const MOST_SHOWN = 12;

/** One of several for people: `2 Централен склад`. */
export function show({ id, name }: Named): string {
  return `${id} ${name}`;
}

/** What there is to choose from, in one line. */
export function possibilities(all: readonly Named[]): string {
  if (all.length === 0) return 'There is none.';
  const more = all.length > MOST_SHOWN ? ` and ${all.length - MOST_SHOWN} more` : '';
  return `There are: ${all.slice(0, MOST_SHOWN).map(show).join(', ')}${more}.`;
}

/** Finds what the file names, by id or by name; a name must be unique. */
export function findGiven<T extends Named>(field: string, given: IdOrName, all: readonly T[]): T | Problem {
  const found = all.filter(({ id, name }) =>
    typeof given === 'number' ? id === given : sameName(name, given),
  );
  if (found[0] !== undefined && found.length === 1) return found[0];
  const shown = typeof given === 'number' ? String(given) : `„${given}“`;
  const problem =
    found.length === 0 ? `micro.bg has no ${shown} here` : `${shown} is not unique, give the id`;
  return {
    field,
    problem: `${problem}. ${possibilities(found.length === 0 ? all : found)}`.replace(/\.$/, ''),
    example: exampleOf(field),
  };
}

export function isProblem(value: object): value is Problem {
  return 'problem' in value;
}
