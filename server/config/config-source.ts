import { type Clock, systemClock } from '../clock.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import { keepListening, restartNeeded } from './restart-needed.ts';
import { FileWatcher } from './watch.ts';

export interface LoadFailure {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly message: string;
}

export interface ConfigEvents {
  /** Another config is current; `ignored` are the fields whose change would need a restart. */
  onChange(old: LoadedConfig, ignored: readonly string[]): void;
  /** A config was refused; told once for every new reason. */
  onRefused(message: string): void;
}

/**
 * A config file that is followed: read at the start, again when it or a certificate that it names has changed, and when
 * asked to. What can't be used is refused whole; the last good one stays current.
 */
export class ConfigSource {
  readonly #file: string;
  readonly #ownName: string;
  readonly #watcher = new FileWatcher(() => void this.reload());
  #events: ConfigEvents | undefined;
  #current: LoadedConfig;
  readonly #clock: Clock;
  #loadedAt: number;
  #failure: LoadFailure | undefined;
  #loading: Promise<void> | undefined;
  #loadAgain = false;

  private constructor(file: string, ownName: string, loaded: LoadedConfig, clock: Clock) {
    this.#clock = clock;
    this.#loadedAt = clock.now();
    this.#file = file;
    this.#ownName = ownName;
    this.#current = loaded;
  }

  /**
   * @param ownName what this server is called when the config has no `name`
   * @throws {ConfigError} when the config can't be used: at the start there is no older one to go on with
   */
  static async open(file: string, ownName: string, clock: Clock = systemClock): Promise<ConfigSource> {
    return new ConfigSource(file, ownName, await loadConfig(file, ownName), clock);
  }

  /** From now on changes are followed and told. */
  follow(events: ConfigEvents): void {
    this.#events = events;
    this.#watcher.set(this.#current.files);
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
    this.#watcher.close();
  }

  async #loadUntilSettled(): Promise<void> {
    while (this.#loadAgain) {
      this.#loadAgain = false;
      try {
        this.#use(await loadConfig(this.#file, this.#ownName, this.#current));
      } catch (error) {
        this.#refuse((error as Error).message);
      }
    }
  }

  #use(loaded: LoadedConfig): void {
    if (!this.#events) return;
    this.#failure = undefined;
    const old = this.#current;
    if (loaded.hash === old.hash && loaded.materialHash === old.materialHash) return;
    this.#watcher.set(loaded.files);
    this.#loadedAt = this.#clock.now();
    this.#current = keepListening(old, loaded);
    this.#events.onChange(old, restartNeeded(old.config, loaded.config));
  }

  #refuse(message: string): void {
    const isNew = message !== this.#failure?.message;
    this.#failure = { at: this.#clock.now(), message };
    if (isNew) this.#events?.onRefused(message);
  }
}
