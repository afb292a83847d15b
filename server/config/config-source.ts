import { ConfigError } from '../protocol/errors.ts';
import { type Clock, systemClock, type Timer } from '../time/clock.ts';
import { FileReader } from './file-reader.ts';
import { type LoadAttempt, type LoadedConfig, tryLoadConfig } from './load.ts';
import { keepListening, restartNeeded } from './restart-needed.ts';
import { FileWatcher } from './watch.ts';

/** When to read again what could not be read: nothing tells when there are file descriptors again. Milliseconds. */
const RETRY_MS = 1_000;

export interface LoadFailure {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly message: string;
}

export interface ConfigEvents {
  /** Another config is current; `ignored` are the fields whose change would need a restart. */
  onChange(old: LoadedConfig, ignored: readonly string[]): void;
  /** A config was refused; told once for every new reason. */
  onRejected(message: string): void;
}

/**
 * A config file that is followed: read at the start, again when it or a certificate that it names has changed, and when
 * asked to. What can't be used is rejected whole; the last good one stays current, and the file is tried again as soon as
 * anything that it names appears or changes.
 */
export class ConfigSource {
  readonly #file: string;
  readonly #ownName: string;
  readonly #clock: Clock;
  readonly #reader: FileReader;
  readonly #watcher: FileWatcher;
  #events: ConfigEvents | undefined;
  #current: LoadedConfig;
  #files: readonly string[];
  #loadedAt: number;
  #failure: LoadFailure | undefined;
  #loading: Promise<void> | undefined;
  #loadAgain = false;
  #retry: Timer | undefined;

  private constructor(
    { file, ownName, clock }: { readonly file: string; readonly ownName: string; readonly clock: Clock },
    reader: FileReader,
    loaded: LoadedConfig,
    files: readonly string[],
  ) {
    this.#file = file;
    this.#ownName = ownName;
    this.#clock = clock;
    this.#watcher = new FileWatcher(() => void this.reload(), clock);
    this.#reader = reader;
    this.#current = loaded;
    this.#files = files;
    this.#loadedAt = clock.now();
  }

  /**
   * @param ownName what this server is called when the config has no `name`
   * @throws {ConfigError} when the config can't be used: at the start there is no older one to go on with
   */
  static async open(file: string, ownName: string, clock: Clock = systemClock): Promise<ConfigSource> {
    const reader = new FileReader(clock);
    const options = { file, ownName, reader };
    let { outcome, files } = await tryLoadConfig({ ...options, settled: false });
    if (outcome instanceof ConfigError) {
      // It may be half written.
      await reader.settle();
      ({ outcome, files } = await tryLoadConfig({ ...options, settled: true }));
    }
    if (outcome instanceof ConfigError) throw outcome;
    return new ConfigSource({ file, ownName, clock }, reader, outcome, files);
  }

  /** From now on changes are followed and told. */
  follow(events: ConfigEvents): void {
    this.#events = events;
    this.#watcher.set(this.#files);
    // What has changed between opening and now.
    void this.reload();
  }

  get current(): LoadedConfig {
    return this.#current;
  }

  /** When the current one was loaded, monotonic milliseconds. */
  get loadedAt(): number {
    return this.#loadedAt;
  }

  /** Why the file as it stands isn't in use; undefined when it is. */
  get failure(): LoadFailure | undefined {
    return this.#failure;
  }

  /** Reads the file again; resolves once what it held when called is in effect or refused. */
  reload(): Promise<void> {
    this.#loadAgain = true;
    this.#loading ??= this.#loadUntilSettled().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  close(): void {
    this.#events = undefined;
    this.#clock.clearTimeout(this.#retry);
    this.#watcher.close();
  }

  async #loadUntilSettled(): Promise<void> {
    const options = { file: this.#file, ownName: this.#ownName, reader: this.#reader, settled: true };
    while (this.#loadAgain) {
      this.#loadAgain = false;
      this.#take(await tryLoadConfig({ ...options, known: this.#current }));
    }
  }

  #take({ outcome, files }: LoadAttempt): void {
    if (!this.#events) return;
    this.#watcher.set(files);
    if (outcome instanceof ConfigError) this.#reject(outcome);
    else this.#use(outcome);
  }

  #use(loaded: LoadedConfig): void {
    this.#failure = undefined;
    const old = this.#current;
    if (loaded.hash === old.hash && loaded.materialHash === old.materialHash) return;
    this.#loadedAt = this.#clock.now();
    this.#current = keepListening(old, loaded);
    this.#events?.onChange(old, restartNeeded(old.config, loaded.config));
  }

  #reject({ message, code }: ConfigError): void {
    const isNew = message !== this.#failure?.message;
    this.#failure = { at: this.#clock.now(), message };
    if (isNew) this.#events?.onRejected(message);
    if (code !== 'ERR_CONFIG_UNREADABLE') return;
    this.#clock.clearTimeout(this.#retry);
    this.#retry = this.#clock.setTimeout(() => void this.reload(), RETRY_MS);
  }
}
