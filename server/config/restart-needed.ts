import type { Config } from '../protocol/config.ts';
import type { LoadedConfig } from './load.ts';

/** Fields whose change can't be followed by a server that is already listening. */
export function restartNeeded(old: Config, next: Config): string[] {
  const fields: [string, (config: Config) => unknown][] = [
    ['service.host', ({ service }) => service?.host],
    ['service.port', ({ service }) => service?.port],
    ['service.protocol', ({ service }) => service?.protocol],
    ['service.clientCA', ({ service }) => service?.tls?.clientCA !== undefined],
    ['service.limits', ({ service }) => JSON.stringify(service?.limits)],
    ['admin.host', ({ admin }) => admin.host],
    ['admin.port', ({ admin }) => admin.port],
  ];
  return fields.filter(([, value]) => value(old) !== value(next)).map(([field]) => field);
}

/** The new config with the ports and protocol on which the server listens already. */
export function keepListening(old: LoadedConfig, next: LoadedConfig): LoadedConfig {
  const { service, admin } = old.config;
  const { service: _, ...rest } = next.config;
  if (!service) return { ...next, config: { ...rest, admin } };
  if (modeOf(old) !== modeOf(next)) {
    // Without TLS, or with clients verified otherwise, the new certificates have no use here; the old ones stay.
    const material = { pins: next.material.pins, ...(old.material.service && { service: old.material.service }) };
    return { ...next, material, config: { ...rest, service, admin } };
  }
  const following = { ...next.config.service!, host: service.host, port: service.port };
  return { ...next, config: { ...rest, service: following, admin } };
}

function modeOf({ config: { service } }: LoadedConfig): string {
  return `${service?.protocol} ${service?.tls?.clientCA !== undefined}`;
}
