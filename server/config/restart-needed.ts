import type { Config } from './config.ts';
import type { LoadedConfig } from './load.ts';

/** Fields whose change can't be followed by a server that is already listening. */
export function restartNeeded(old: Config, next: Config): string[] {
  const fields: [string, (config: Config) => unknown][] = [
    ['service.host', ({ service }) => service?.host],
    ['service.port', ({ service }) => service?.port],
    ['service.protocol', ({ service }) => service?.protocol],
    ['admin.host', ({ admin }) => admin.host],
    ['admin.port', ({ admin }) => admin.port],
  ];
  return fields.filter(([, value]) => value(old) !== value(next)).map(([field]) => field);
}

/** The new config with the ports and protocol on which the server listens already. */
export function keepListening(old: LoadedConfig, next: LoadedConfig): LoadedConfig {
  const { service, admin } = old.config;
  if (service?.protocol !== next.config.service?.protocol) {
    const material = { ...next.material, ...(old.material.service && { service: old.material.service }) };
    return { ...next, material, config: { ...next.config, ...(service && { service }), admin } };
  }
  const following = next.config.service &&
    service && { ...next.config.service, host: service.host, port: service.port };
  return { ...next, config: { ...next.config, ...(following && { service: following }), admin } };
}
