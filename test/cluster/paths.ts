import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything that the local cluster makes lives: one folder that may be deleted when no cluster runs. */
export interface CachePaths {
  readonly root: string;
  /** One folder for each built Go module: `MODULE-KEY/`. */
  readonly builds: string;
  /** OCI archives, named with the key of their content. */
  readonly images: string;
  /** One folder of state for each cluster. */
  readonly clusters: string;
}

/** `$XDG_CACHE_HOME/rollcall`, by default `~/.cache/rollcall` (XDG Base Directory specification). */
export function cachePaths(env: NodeJS.ProcessEnv = process.env): CachePaths {
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  const root = join(base, 'rollcall');
  return { root, builds: join(root, 'builds'), images: join(root, 'images'), clusters: join(root, 'clusters') };
}
