import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

/** The page beside the sources, or from a build the one in the project. */
function fileOf(name: string): URL {
  const beside = new URL(`../page/${name}`, import.meta.url);
  return existsSync(beside)
    ? beside
    : new URL(`../../../../emulators/cloudcart/page/${name}`, import.meta.url);
}

/** Serves the page for people; false when the path is none of its files. */
export function servePage(path: string, response: ServerResponse): boolean {
  const entry = FILES[path];
  if (entry === undefined) return false;
  const file = fileOf(entry[0]);
  if (!existsSync(file)) return false;
  response.writeHead(200, {
    'Content-Type': entry[1],
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'self'",
  });
  response.end(readFileSync(file));
  return true;
}
