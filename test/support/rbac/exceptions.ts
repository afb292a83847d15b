import type { GrantException } from './compare.ts';

/** Grants that `test:full` does not use, or not as broadly as they are granted, and why they are right. */
export const GRANT_EXCEPTIONS: readonly GrantException[] = [];
