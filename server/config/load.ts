import { dirname, resolve } from 'node:path';
import { contentHash } from '../../constructs/content-hash.ts';
import type { Config } from '../protocol/config.ts';
import { ConfigError } from '../protocol/errors.ts';
import { parseConfig } from '../protocol/read-config.ts';
import type { FileContent, FileReader } from './file-reader.ts';
import { checkMaterial, type TlsMaterial } from './material.ts';

export interface LoadedConfig {
  readonly config: Config;
  readonly material: TlsMaterial;
  /** Of the config file's bytes. */
  readonly hash: string;
  /** Of the bytes of every certificate and key that it names. */
  readonly materialHash: string;
}

/** What came of reading a config file. */
export interface LoadAttempt {
  /** The config, or why it can't be used. */
  readonly outcome: LoadedConfig | ConfigError;
  /** All files that were looked at and may have other content later: when one changes, another attempt may end otherwise. */
  readonly files: readonly string[];
}

export interface LoadOptions {
  readonly file: string;
  /** What this server is called when the config has no `name`. */
  readonly ownName: string;
  readonly reader: FileReader;
  /** What was loaded before: a file of the same bytes isn't parsed again. */
  readonly known?: LoadedConfig;
  /** Whether to wait until nobody is writing any more. */
  readonly settled: boolean;
}

/** Reads a config file and the certificates and keys that it names; relative paths are relative to it. */
export async function tryLoadConfig({ file, ownName, reader, known, settled }: LoadOptions): Promise<LoadAttempt> {
  const read = (paths: readonly string[]) => (settled ? reader.readSettled(paths) : reader.read(paths));
  const files = [file];
  const attempt = (outcome: LoadedConfig | ConfigError): LoadAttempt => {
    reader.keepOnly(files);
    return { outcome, files: files.filter((path) => reader.isLasting(path)) };
  };
  try {
    const [content] = await read([file]);
    const bytes = readable(content!, file);
    const hash = contentHash(bytes);
    const config = known?.hash === hash ? known.config : parseConfig(bytes.toString('utf8'), file, ownName);
    // What comes from a pipe has no folder.
    const folder = reader.isLasting(file) ? dirname(file) : '.';
    const named = [...pemPaths(config)];
    files.push(...named.map((path) => resolve(folder, path)));
    const contents = await read(files.slice(1));
    const pems = new Map(named.map((path, i) => [path, contents[i]!]));
    const material = checkMaterial(config, file, (path, field) => readable(pems.get(path)!, file, field));
    const materialHash = contentHash(named.map((path) => `${path} ${contentHash(pems.get(path)!)}`).join('\n'));
    return attempt({ config, material, hash, materialHash });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return attempt(error);
  }
}

/** Paths of all PEM files that a config names, as it gives them. */
function pemPaths({ peers, service }: Config): Set<string> {
  const { certificate, privateKey, clientCA } = service?.tls ?? {};
  const all = [...peers.map(({ acceptCert }) => acceptCert), certificate, privateKey, clientCA];
  return new Set(all.filter((path) => path !== undefined));
}

function readable(content: FileContent, file: string, field?: string): Buffer {
  if (typeof content === 'object') return content;
  throw new ConfigError('ERR_CONFIG_UNREADABLE', `${file}: ${field === undefined ? '' : `${field}: `}${content}`);
}
