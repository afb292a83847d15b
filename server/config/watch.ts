import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Clock, systemClock, type Timer } from '../time/clock.ts';

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
  readonly #folders = new Map<string, { readonly watcher: FSWatcher; readonly inode: number }>();
  readonly #clock: Clock;
  #poll: Timer | undefined;
  #files: readonly string[] = [];
  /** Of these files, in whatever folder: others in the same folders may change all the time. */
  #names: ReadonlySet<string> = new Set();
  /** Undefined: it isn't known what these files were like when they were read. */
  #seen: string | undefined;
  #isLooking = false;
  #settling: Timer | undefined;

  constructor(onChange: () => void, clock: Clock = systemClock) {
    this.#onChange = onChange;
    this.#clock = clock;
    this.#schedulePoll();
  }

  /** Watches exactly these files from now on. */
  set(files: readonly string[]): void {
    if (files.join('\n') === this.#files.join('\n')) return;
    this.#files = files;
    this.#seen = undefined;
    this.#names = new Set(files.map((file) => basename(file)));
    const folders = new Set(this.#folderNames());
    for (const folder of this.#folders.keys()) if (!folders.has(folder)) this.#leaveFolder(folder);
    for (const folder of folders) if (!this.#folders.has(folder)) this.#watchFolder(folder);
  }

  close(): void {
    this.#clock.clearTimeout(this.#poll);
    this.#clock.clearTimeout(this.#settling);
    for (const folder of this.#folders.keys()) this.#leaveFolder(folder);
  }

  #schedulePoll(): void {
    this.#poll = this.#clock.setTimeout(() => {
      this.#schedulePoll();
      void this.#look();
    }, POLL);
  }

  #watchFolder(folder: string): void {
    try {
      const inode = statSync(folder).ino;
      const watcher = watch(folder, (_, name) => {
        if (name === null || name === MOUNT_LINK || this.#names.has(name)) this.#changed();
      });
      // A machine out of inotify watches: polling goes on.
      watcher.on('error', () => this.#leaveFolder(folder));
      this.#folders.set(folder, { watcher, inode });
    } catch {
      // The same, and a folder that isn't there yet: polling finds the change.
    }
  }

  #leaveFolder(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  #changed(): void {
    this.#settling ??= this.#clock.setTimeout(() => {
      this.#settling = undefined;
      this.#onChange();
    }, SETTLE);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const files = this.#files;
    const found = await Promise.all(
      [...files, ...this.#folderNames()].map((path) => stat(path).catch(() => undefined)),
    );
    this.#isLooking = false;
    // Others are watched meanwhile.
    if (files !== this.#files) return;
    for (const [i, folder] of this.#folderNames().entries()) this.#renewFolder(folder, found[files.length + i]?.ino);
    const seen = found.slice(0, files.length).map(stamp).join('\n');
    if (seen !== this.#seen) this.#changed();
    this.#seen = seen;
  }

  /** A folder that was removed and made again has taken its watch with it. */
  #renewFolder(folder: string, inode: number | undefined): void {
    if (this.#folders.get(folder)?.inode === inode) return;
    this.#leaveFolder(folder);
    if (inode !== undefined) this.#watchFolder(folder);
  }

  #folderNames(): string[] {
    return [...new Set(this.#files.map((file) => dirname(file)))];
  }
}

/** Changes with a file's content, and with the right to read it. */
function stamp(found: Stats | undefined): string {
  return found ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}` : '';
}
