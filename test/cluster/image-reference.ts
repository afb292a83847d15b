import { run } from './command.ts';
import { ClusterError } from './errors.ts';

/**
 * The full name of an image, under which the kubelet looks for it: `rollcall:0.1.0` is
 * `docker.io/library/rollcall:0.1.0` (the rule of github.com/distribution/reference).
 */
export function fullReference(reference: string): string {
  const [first, ...rest] = reference.split('/');
  const hasDomain = rest.length > 0 && (/[.:]/.test(first!) || first === 'localhost');
  const name = hasDomain ? reference : `docker.io/${rest.length > 0 ? '' : 'library/'}${reference}`;
  return /:[^/]+$/.test(name) || name.includes('@') ? name : `${name}:latest`;
}

/**
 * The images that an archive holds, by full name. OCI archives name them in index.json's annotations, those of `docker
 * save` in manifest.json.
 *
 * @throws ClusterError ERR_IMAGE when the file is no image archive or names no image
 */
export async function referencesIn(archive: string): Promise<string[]> {
  const member = async (name: string) => {
    const text = await run('tar', ['-xOf', archive, name]).catch(() => run('tar', ['-xOf', archive, `./${name}`]));
    return JSON.parse(text) as unknown;
  };
  const tags = (await member('manifest.json').then(dockerTags, () => [])) as string[];
  const names = tags.length > 0 ? tags : ((await member('index.json').then(ociNames, () => [])) as string[]);
  if (names.length === 0) {
    throw new ClusterError('ERR_IMAGE', `${archive} is no OCI or docker archive that names its image`);
  }
  return [...new Set(names.map(fullReference))];
}

function dockerTags(manifest: unknown): string[] {
  return (manifest as { RepoTags?: string[] | null }[]).flatMap((image) => image.RepoTags ?? []);
}

function ociNames(index: unknown): string[] {
  const { manifests } = index as { manifests: { annotations?: Record<string, string> }[] };
  return manifests.flatMap(({ annotations = {} }) => {
    const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
    return name ? [name] : [];
  });
}
