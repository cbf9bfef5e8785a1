import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../tools/local/paths.ts';

const proof = readFileSync(join(projectRoot, 'docs/proof.md'), 'utf8');

/** Every test that the page names: its file, and its name as it stands there. */
const named = [...proof.matchAll(/`(test\/[\w/-]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
  ([, file = '', names = '']) => [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
);

describe('docs/proof.md', () => {
  it('names only tests that there are', () => {
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter(({ file, name }) => {
      const path = join(projectRoot, file);
      return !existsSync(path) || !readFileSync(path, 'utf8').includes(name);
    });
    expect(missing).toEqual([]);
  });

  it('has tests for all ten promises about orders, eight about failures and sixteen known failures', () => {
    const rowsOf = (heading: string): number => {
      const [, section = ''] = proof.split(`\n## ${heading}\n`);
      const [own = ''] = section.split('\n## ');
      return own.split('\n').filter((line) => line.startsWith('| ') && line.includes('`test/')).length;
    };
    expect(rowsOf('The life of an order')).toBe(10);
    expect(rowsOf('Bad input and failure')).toBe(8);
    expect(rowsOf('Known failures of others')).toBe(16);
  });
});
