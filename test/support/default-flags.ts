import { readFlags } from '../../reconciler/flags/read-flags.ts';

/** The operator's flags where its user sets none but those that are required. */
export const DEFAULT_FLAGS = readFlags({ image: 'rollcall:test' }, {});
