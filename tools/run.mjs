// Entry of every npm command. Plain JavaScript without dependencies: it runs before they are installed.
// It makes the clone ready (dependencies, build), then hands over to the compiled command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const MIN_NODE = [20, 19];
const commands = {
  start: 'runs the whole product on this machine until Ctrl-C',
  story: 'ten orders from the shop to the warehouse, on fresh state, unattended',
  reset: 'removes the local state',
  emulators: 'starts the CloudCart and micro.bg emulators alone',
  build: 'compiles into dist/',
  test: 'lint, types, unused code, build and all tests',
  bench: 'measures; `npm run bench` lists what',
  chaos: 'hundreds of orders while everything is killed, cut or refused; every one must be right in the end',
  migrate: 'brings the database to the newest schema',
  replay: 'works the decisions of a support bundle out again',
  restored:
    'after the database was restored: compares the ledger with the warehouse before anything is written',
  cli: 'operates a running installation; `npm run cli -- --help` lists what',
  connect: 'pairs a shop with a micro.bg account; `npm run connect` says how',
};

/** Says what is going on, and how long it takes once it takes longer than two seconds. */
async function step(title, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const tty = process.stderr.isTTY;
  let shown = false;
  const timer = setInterval(
    () => {
      shown = true;
      process.stderr.write(tty ? `\r  ${title} … ${seconds()} s` : `  ${title} … ${seconds()} s\n`);
    },
    tty ? 1_000 : 10_000,
  );
  try {
    const result = await work();
    const took = Date.now() - started;
    if (shown || took > 2_000) {
      process.stderr.write(`${tty && shown ? '\r' : ''}  ${title}: done in ${(took / 1000).toFixed(1)} s\n`);
    }
    return result;
  } finally {
    clearInterval(timer);
  }
}

function run(command, args, { env = process.env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else
        reject(
          Object.assign(new Error(`${command} ended with ${signal ?? code}`), { output, code: code ?? 1 }),
        );
    });
  });
}

function fail(lines, code = 1) {
  process.stderr.write(`\n${lines.join('\n')}\n`);
  process.exit(code);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1])) {
    fail([
      `Node ${process.versions.node} is too old: this project needs Node ${MIN_NODE.join('.')} or newer.`,
      'Install a newer Node (https://nodejs.org, or your package manager) and run the command again.',
    ]);
  }
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Is another command of this clone running? Replacing its files would break it. */
function liveRun() {
  try {
    const { launcher } = JSON.parse(
      readFileSync(join(process.env.STATE_DIR ?? '.state', 'run.json'), 'utf8'),
    );
    if (launcher === process.pid) return undefined;
    process.kill(launcher, 0);
    return launcher;
  } catch {
    return undefined;
  }
}

async function installDependencies() {
  const wanted = hashOf([readFileSync('package-lock.json'), process.version, process.arch, process.platform]);
  const stamp = 'node_modules/.installed';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const launcher = liveRun();
  if (launcher !== undefined) {
    fail([
      `The product is running (process ${launcher}) and its dependencies must change. Stop it with Ctrl-C first.`,
    ]);
  }
  // npm's own settings of the outer call (for instance --omit=dev through NODE_ENV) must not leak in.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        name !== 'NODE_ENV' && !(name.startsWith('npm_config_') && !/registry|cache|proxy|cafile/.test(name)),
    ),
  );
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  await step('installing dependencies', async () => {
    try {
      if (npm) await run(process.execPath, [npm, ...args], { env, quiet: true });
      else await run('npm', args, { env, quiet: true });
    } catch (error) {
      fail([
        error.output ?? String(error),
        'The dependencies could not be installed.',
        'Ways out: check the network, then run the command again; or run `npm ci` and read what it says.',
      ]);
    }
  });
  writeFileSync(stamp, wanted);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Compiles when a source changed since the last build. */
async function build() {
  const sources = ['src', 'emulators', 'bench', 'tools']
    .filter((folder) => existsSync(folder))
    .flatMap(filesBelow);
  const inputs = [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].toSorted();
  const wanted = hashOf(inputs.map((file) => `${file} ${statSync(file).mtimeMs} ${statSync(file).size}`));
  const stamp = 'dist/.built';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('building', async () => {
    rmSync('dist', { recursive: true, force: true });
    mkdirSync('dist');
    // The compiled modules are ES modules wherever dist/ is copied to.
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      quiet: true,
    }).catch((error) => fail([error.output ?? String(error), 'The build failed.'], 1));
    cpSync('src/db/migrations', 'dist/src/db/migrations', { recursive: true });
    // As npm would do it for an installed package.
    chmodSync('dist/tools/cli/main.js', 0o755);
    await run(process.execPath, ['dist/tools/bundle-workflows.js'], { quiet: true }).catch((error) =>
      fail([error.output ?? String(error), 'The workflow bundle could not be made.'], 1),
    );
  });
  writeFileSync(stamp, wanted);
}

async function main() {
  const [name, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, name ?? '')) {
    const list = Object.entries(commands).map(([command, what]) => `  ${command.padEnd(10)} ${what}`);
    fail([`Unknown command: ${name ?? '(none)'}. There are:`, ...list], 2);
  }
  checkNode();
  await installDependencies();
  if (name === 'test') {
    const { runChecks } = await import(pathToFileURL(join(root, 'tools/checks.mjs')).href);
    process.exit(await runChecks({ run, step, build, args }));
  }
  await build();
  if (name === 'build') return;
  const { main: command } = await import(pathToFileURL(join(root, `dist/tools/${name}.js`)).href);
  process.exitCode = await command(args);
}

await main();
