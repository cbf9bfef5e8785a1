// Makes the pictures of the README anew: `node tools/screenshots.mjs`, with `npm start` running beside it on fresh state.
// Needs Chromium or Chrome: on PATH, or named by CHROMIUM. The terminal shows a real `npm run story`.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const execute = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs', 'images');
const base = Number(process.env.PORT_BASE ?? 8080);
const at = (port) => `http://127.0.0.1:${base + port}`;

/** The ports are those of `npm start`, in its order: gateway, Web UI, the page of the shop, the page of the warehouse. */
const [webUi, shop, warehouse] = [at(1), at(2), at(3)];

function browserPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  const path = process.env.CHROMIUM ?? onPath;
  if (path === undefined) throw new Error('There is no Chromium on PATH. Set CHROMIUM to the path of one.');
  return path;
}

/** The first sale that our own connection made: the story of the first start. */
async function firstSale() {
  const { operations } = await (await fetch(`${warehouse}/operations?type=2&order=newest`)).json();
  const number = operations.map(({ note }) => /^CloudCart #(\d+)/.exec(note)?.[1]).findLast(Boolean);
  if (number === undefined) throw new Error('There is no sale yet. Run `npm run reset`, then `npm start`.');
  return number;
}

async function story() {
  const { stdout } = await execute('npm', ['run', 'story'], { cwd: root, maxBuffer: 10_000_000 });
  const lines = stdout.split('\n');
  return ['$ npm run story', ...lines.slice(lines.findIndex((line) => line.startsWith('The product runs')))]
    .join('\n')
    .trimEnd();
}

async function main() {
  mkdirSync(images, { recursive: true });
  const order = await firstSale();
  const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const shoot = async (name, url, settled) => {
      await page.goto(url);
      await settled();
      await page.screenshot({ path: join(images, `${name}.png`) });
      console.log(`  docs/images/${name}.png`);
    };
    const workflow = `${webUi}/namespaces/default/workflows/${encodeURIComponent(`order:demo:${order}`)}`;
    await shoot('workflow', workflow, () =>
      page.getByText('convertToSale').first().waitFor({ timeout: 30_000 }),
    );
    await shoot('shop', shop, () => page.getByText(order).first().waitFor());
    await shoot('warehouse', warehouse, () => page.getByText(`CloudCart #${order}`).first().waitFor());
    const text = await story();
    // A page of its own: the last one forbids styles in its elements.
    const blank = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await blank.setContent(
      '<pre style="margin:0;padding:20px;background:#10151c;color:#d7e0ea;font:14px/1.45 monospace;display:inline-block"></pre>',
    );
    const terminal = blank.locator('pre');
    await terminal.evaluate((pre, content) => {
      pre.textContent = content;
    }, text);
    await terminal.screenshot({ path: join(images, 'story.png') });
    console.log('  docs/images/story.png');
  } finally {
    await browser.close();
  }
}

await main();
