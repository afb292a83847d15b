import { fullReference } from '../../test/cluster/image-reference.ts';
import { succeeds } from '../run-command.ts';

/** Programs that can build our image, in the order in which they are tried. */
export const ENGINES = ['docker', 'podman', 'buildah'] as const;
export type Engine = (typeof ENGINES)[number];

/** What an engine is asked for. */
export interface BuildRequest {
  /** Name and tag of the image. */
  readonly reference: string;
  /** Version for the image's label. */
  readonly version: string;
  /** Base image instead of the Dockerfile's default: a reference, or `oci-archive:FILE` (podman and buildah). */
  readonly base?: string | undefined;
  /** For example linux/arm64. @default the engine's own */
  readonly platform?: string | undefined;
  /** Also writes the image to this file. */
  readonly archive?: string | undefined;
  /** Also pushes it to the registry that the reference names. */
  readonly push: boolean;
  /** Empty folder, thrown away after the build. */
  readonly scratch: string;
}

/** Thrown when nothing on this machine can build the image that is asked for. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  readonly code = 'ERR_NO_IMAGE_ENGINE';
}

/**
 * The first engine that is installed and answers.
 *
 * @throws NoEngineError
 */
export async function findEngine(base?: string): Promise<Engine> {
  // Docker's builder reads no archives.
  const able = base?.startsWith('oci-archive:') ? ENGINES.filter((engine) => engine !== 'docker') : ENGINES;
  for (const engine of able) if (await succeeds(probe(engine))) return engine;
  throw new NoEngineError(
    `building the image requires ${able.join(', ').replace(/, (?=[^,]*$)/, ' or ')}: none is installed and running`,
  );
}

/** A client without its daemon builds nothing, so docker and podman are asked for what stands behind them. */
function probe(engine: Engine): string[] {
  return engine === 'buildah' ? ['buildah', '--version'] : [engine, 'info'];
}

/** The commands that build, store and push the image, to be run one after the other in the project's folder. */
export function buildCommands(engine: Engine, request: BuildRequest): string[][] {
  const name = engine === 'docker' ? request.reference : fullReference(request.reference);
  const cli = engine === 'buildah' ? buildah(request) : [engine];
  const build = [
    ...[...cli, 'build', '--file', 'Dockerfile', '--tag', name],
    ...(request.platform ? ['--platform', request.platform] : []),
    ...['--build-arg', `VERSION=${request.version}`],
    ...(request.base ? ['--build-arg', `NODE_IMAGE=${request.base}`] : []),
    // The same files make the same image, whenever it is built.
    ...(engine === 'docker' ? ['--build-arg', 'SOURCE_DATE_EPOCH=0'] : ['--timestamp', '0']),
    ...(engine === 'buildah' ? ['--isolation', 'chroot', '--format', 'oci'] : []),
    '.',
  ];
  return [
    build,
    ...(request.archive ? [saveCommand(engine, cli, name, request.archive)] : []),
    ...(request.push ? [[...cli, 'push', name]] : []),
  ];
}

/** An image that only goes into a file is built in a store of its own, by a driver that works on every file system. */
function buildah(request: BuildRequest): string[] {
  const ownStore = [
    '--storage-driver',
    'vfs',
    '--root',
    `${request.scratch}/store`,
    '--runroot',
    `${request.scratch}/run`,
  ];
  return ['buildah', ...(request.archive ? ownStore : [])];
}

/** Docker's archive format: every cluster's loader reads it, of any age. It is also podman's default. */
function saveCommand(engine: Engine, cli: readonly string[], name: string, archive: string): string[] {
  if (engine === 'buildah') return [...cli, 'push', name, `docker-archive:${archive}:${name}`];
  return [...cli, 'save', '--output', archive, name];
}
