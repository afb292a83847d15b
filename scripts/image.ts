/** `npm run image`: bundles the code and builds the image with docker, podman or buildah, whichever is there. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_IMAGE } from '../constructs/image.ts';
import { createCommand, runCommandLine } from '../server/process/command-line.ts';
import { bundle } from './bundle.ts';
import { buildCommands, type Engine, findEngine, NoEngineError } from './image/engines.ts';
import { inputsHash } from './image/inputs.ts';
import { CommandError, type RunOptions, runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '..');

/** What to build, and where to put it. */
export interface ImageOptions extends Pick<RunOptions, 'onLine' | 'signal'> {
  /** @default `rollcall:<version of package.json>` */
  readonly tag?: string | undefined;
  /** Base image: a reference, or `oci-archive:FILE`. @default the Dockerfile's */
  readonly base?: string | undefined;
  /** @default the engine's own */
  readonly platform?: string | undefined;
  /** File for the image, for clusters that load images from a file. */
  readonly archive?: string | undefined;
  /** Also push to the registry that the tag names. @default false */
  readonly push?: boolean | undefined;
}

/** An image that is ready for use. */
export interface BuiltImage {
  /** As a pod names it. */
  readonly reference: string;
  readonly engine: Engine;
  /** Hash of everything that it is made of. */
  readonly inputs: string;
  /** False when the archive was already made from the same inputs. */
  readonly rebuilt: boolean;
}

/**
 * Bundles and builds. An archive that was made from the same inputs is left as it is.
 *
 * @throws NoEngineError, CommandError, esbuild's BuildFailure
 */
export async function buildImage(options: ImageOptions = {}): Promise<BuiltImage> {
  const { base, platform, push = false, tag: reference = DEFAULT_IMAGE } = options;
  const version = packageVersion();
  const bundled = (await bundle()).map((file) => file.path);
  const engine = await findEngine(base);
  const archive = options.archive && resolve(options.archive);
  const inputs = inputsHash(
    [...bundled, join(root, 'Dockerfile'), join(root, 'LICENSE')],
    [engine, reference, version, platform ?? ''],
    base ?? '',
  );
  if (archive && !push && madeFrom(archive, inputs)) return { reference, engine, inputs, rebuilt: false };

  const scratch = mkdtempSync(join(tmpdir(), 'rollcall-image-'));
  const unfinished = archive && `${archive}.unfinished`;
  try {
    if (archive) mkdirSync(dirname(archive), { recursive: true });
    const request = { reference, version, base, platform, archive: unfinished, push, scratch };
    for (const command of buildCommands(engine, request)) {
      await runCommand(command, { cwd: root, onLine: options.onLine, signal: options.signal });
    }
    if (archive && unfinished) {
      renameSync(unfinished, archive);
      writeFileSync(stampOf(archive), inputs);
    }
  } finally {
    if (unfinished) rmSync(unfinished, { force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
  return { reference, engine, inputs, rebuilt: true };
}

function madeFrom(archive: string, inputs: string): boolean {
  const stamp = stampOf(archive);
  return existsSync(archive) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
}

function stampOf(archive: string): string {
  return `${archive}.inputs`;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

if (import.meta.main) {
  const command = createCommand('npm run image --')
    .description('Bundles the code and builds the image with docker, podman or buildah.')
    .option('--tag <ref>', 'Name and tag.', DEFAULT_IMAGE)
    .option('--push', 'Push it to the registry of the tag.')
    .option('--archive <file>', 'Also write it to a file.')
    .option('--platform <platform>', "Platform, such as linux/arm64. (default: this machine's)")
    .option(
      '--base <ref>',
      'Base image, or oci-archive:FILE (podman, buildah). It needs node 24 on its PATH. (default: the one in Dockerfile)',
    )
    .action(buildAndReport);
  await runCommandLine(command);
}

async function buildAndReport(options: Pick<ImageOptions, 'tag' | 'push' | 'archive' | 'platform' | 'base'>) {
  try {
    const image = await buildImage({ ...options, onLine: console.log });
    const size = options.archive ? `, ${options.archive}: ${Math.round(statSync(options.archive).size / 1e6)} MB` : '';
    console.log(`${image.reference} ${image.rebuilt ? `built with ${image.engine}` : 'is up to date'}${size}`);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof NoEngineError)) throw error;
    console.error(error.message.split('\n')[0]); // what follows has been printed as it came
    process.exitCode = 1;
  }
}
