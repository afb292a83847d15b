/** Spec files that one mocha runs one after the other, on a control plane of their own if their tier has them. */
export interface Lane {
  /** The module that mocha loads first; undefined: there is none. */
  readonly setup: string | undefined;
  readonly specs: readonly string[];
}

/** What {@link planLanes} returns: lanes to run side by side, and afterwards, one after the other, those that run alone. */
export interface Lanes {
  readonly sideBySide: readonly Lane[];
  readonly alone: readonly Lane[];
}

/** The end of the names of specs that measure time so closely that nothing else may run beside them. */
export const ALONE = '.alone.long.spec.ts';

/**
 * Deals a tier's spec files to lanes. Specs of different set-ups share no lane; the largest lane comes first.
 *
 * @param setupOf the set-up of a spec
 * @param maxSpecs of a lane that runs beside others
 */
export function planLanes(
  files: readonly string[],
  setupOf: (file: string) => string | undefined,
  maxSpecs: number,
): Lanes {
  const lanesOf = (specs: readonly string[], max: number): Lane[] =>
    [...Map.groupBy(specs, setupOf)].flatMap(([setup, ofSetup]) =>
      deal(ofSetup, Math.max(1, Math.ceil(ofSetup.length / max))).map((hand) => ({ setup, specs: hand })),
    );
  const sideBySide = lanesOf(
    files.filter((file) => !file.endsWith(ALONE)),
    maxSpecs,
  ).sort((a, b) => b.specs.length - a.specs.length);
  const alone = lanesOf(
    files.filter((file) => file.endsWith(ALONE)),
    Number.POSITIVE_INFINITY,
  );
  return { sideBySide, alone };
}

/** Deals specs in turn to this many hands. */
function deal(specs: readonly string[], hands: number): string[][] {
  return Array.from({ length: hands }, (_, hand) => specs.filter((_, index) => index % hands === hand));
}
