import packageJson from '../package.json' with { type: 'json' };

/** Reference of the image that belongs to this version of the code: of the operator, and of peers that set none. */
export const DEFAULT_IMAGE = `rollcall:${packageJson.version}`;
