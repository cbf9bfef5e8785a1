// A lock made on one platform may miss the packages of others; `npm ci` there then refuses it.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const missing = [];
for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    const found = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => packages[place]);
    if (!found) missing.push(`${name} (wanted by ${path || 'package.json'})`);
  }
  // The lock names no host: each machine resolves through its own registry; integrity hashes bind the content.
  if (entry.resolved !== undefined) missing.push(`${path} names a download address: remove "resolved"`);
}
if (missing.length > 0) {
  console.error(`package-lock.json is not complete:\n${missing.join('\n')}`);
  process.exit(1);
}
