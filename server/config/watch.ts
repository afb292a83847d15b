import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Events come in bunches (truncate, write, rename): one look this long after the first does for all. Milliseconds. */
const SETTLE = 50;
/** The symbolic link that the kubelet swaps when it updates a mounted ConfigMap or Secret. */
const MOUNT_LINK = '..data';
/** Where a file system sends no events (network mounts), a look at this interval finds the change. Milliseconds. */
const POLL = 1_000;

/**
 * Says when one of a set of files may have changed: written in place, replaced by an editor's rename, or swapped by the
 * `..data` symlink of a mounted ConfigMap. The folders are watched, not the files, because a file that is replaced takes
 * its watch with it.
 */
export class FileWatcher {
  readonly #onChange: () => void;
  readonly #folders = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #files: readonly string[] = [];
  /** Of these files, in whatever folder: others in the same folders may change all the time. */
  #names: ReadonlySet<string> = new Set();
  #seen = '';
  #settling: NodeJS.Timeout | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#poll = setInterval(() => this.#look(), POLL);
  }

  /** Watches exactly these files from now on. */
  set(files: readonly string[]): void {
    this.#files = files;
    this.#names = new Set(files.map((file) => basename(file)));
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) if (!this.#folders.has(folder)) this.#watchFolder(folder);
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    for (const watcher of this.#folders.values()) watcher.close();
  }

  #watchFolder(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || name === MOUNT_LINK || this.#names.has(name)) this.#changed();
      });
      // A folder that goes away, or a machine out of inotify watches: polling goes on.
      watcher.on('error', () => {
        watcher.close();
        this.#folders.delete(folder);
      });
      this.#folders.set(folder, watcher);
    } catch {
      // The same: polling finds the change.
    }
  }

  #changed(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#onChange();
    }, SETTLE);
  }

  async #look(): Promise<void> {
    const files = this.#files;
    const stats = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
    const seen = stats.map((found) => (found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '')).join('\n');
    if (this.#seen !== '' && seen !== this.#seen) this.#changed();
    this.#seen = seen;
  }
}
