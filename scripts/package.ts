/**
 * `npm run package`: what apps import from the npm package, into build/package: constructs/ and imports/ as JavaScript with
 * declarations. Node strips no types below node_modules.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '..');

// What a file was called before must not be packed.
rmSync(join(root, 'build/package'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
await runCommand([process.execPath, tsc, '--project', 'tsconfig.package.json'], { cwd: root });
