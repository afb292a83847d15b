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
 * Deals a tier's spec files to lanes that end at about the same time. Specs of different set-ups share no lane; the largest
 * lane comes first.
 *
 * @param setupOf the set-up of a spec
 * @param maxSpecs of a lane that runs beside others, on average
 * @param secondsOf how long a spec took the last time; undefined: it has not run here yet
 */
export function planLanes(
  files: readonly string[],
  setupOf: (file: string) => string | undefined,
  maxSpecs: number,
  secondsOf: (file: string) => number | undefined = () => undefined,
): Lanes {
  const lanesOf = (specs: readonly string[], max: number): Lane[] =>
    [...Map.groupBy(specs, setupOf)].flatMap(([setup, ofSetup]) =>
      deal(ofSetup, Math.max(1, Math.ceil(ofSetup.length / max)), secondsOf).map((hand) => ({ setup, specs: hand })),
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

/** Deals specs to this many hands, the longest first, each to the hand that ends first (LPT, Graham 1969). */
function deal(
  specs: readonly string[],
  hands: number,
  secondsOf: (file: string) => number | undefined,
): readonly string[][] {
  const known = specs.flatMap((spec) => secondsOf(spec) ?? []);
  const average = known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) / known.length : 1;
  const weights = new Map(specs.map((spec) => [spec, secondsOf(spec) ?? average]));
  const dealt = Array.from({ length: hands }, () => ({ specs: [] as string[], seconds: 0 }));
  for (const spec of [...specs].sort((a, b) => weights.get(b)! - weights.get(a)!)) {
    const hand = dealt.reduce((least, each) => (each.seconds < least.seconds ? each : least));
    hand.specs.push(spec);
    hand.seconds += weights.get(spec)!;
  }
  return dealt.map((hand) => hand.specs.sort());
}
