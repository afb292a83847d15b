import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './command.ts';

/** The parts of an OCI image's configuration that we set (OCI image-spec, config.md). */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Packs a folder as an image of one layer into an OCI archive (a tar of an OCI image layout), with tar(1) alone: no
 * container engine, no root. The same files give the same bytes.
 *
 * @param reference the image's full name, such as `localhost/busybox:1`
 * @param scratch an empty folder on the archive's file system
 */
export async function writeOciArchive(
  archive: string,
  rootfs: string,
  {
    reference,
    config,
    scratch,
  }: { readonly reference: string; readonly config: ImageConfig; readonly scratch: string },
): Promise<void> {
  const layout = join(scratch, 'layout');
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const layerFile = join(scratch, 'layer.tar');
  await tar(layerFile, rootfs);
  const layer = await addFile(layout, layerFile, 'application/vnd.oci.image.layer.v1.tar');
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  };
  const configBlob = await addJson(layout, image, 'application/vnd.oci.image.config.v1+json');
  const manifestType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = { schemaVersion: 2, mediaType: manifestType, config: configBlob, layers: [layer] };
  const annotations = { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference };
  const index = { schemaVersion: 2, manifests: [{ ...(await addJson(layout, manifest, manifestType)), annotations }] };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await tar(archive, layout);
}

async function tar(file: string, folder: string): Promise<void> {
  const reproducible = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--format=gnu'];
  await run('tar', [...reproducible, '-C', folder, '-cf', file, '.']);
}

async function addJson(layout: string, value: unknown, mediaType: string): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const hex = createHash('sha256').update(text).digest('hex');
  await writeFile(join(layout, 'blobs', 'sha256', hex), text);
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
}

async function addFile(layout: string, file: string, mediaType: string): Promise<Descriptor> {
  const hex = await sha256OfFile(file);
  const { size } = await stat(file);
  await rename(file, join(layout, 'blobs', 'sha256', hex));
  return { mediaType, digest: `sha256:${hex}`, size };
}

/** Hexadecimal SHA-256 of a file's content. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Runs the work with an empty folder beside `file` that is gone afterwards. */
export async function withScratch<T>(file: string, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = `${file}.work`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
