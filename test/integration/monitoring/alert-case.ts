/** Series, and whether one alert comes of them. */
export interface AlertCase {
  /** What the alert is about: it `fires for` this, or `is silent about` it. */
  readonly title: string;
  readonly alert: string;
  /** Values a minute by series, from the Unix epoch on: `1 0x9` is 1, then ten times 0. */
  readonly series: Readonly<Record<string, string>>;
  /** When to look, such as `5m`. */
  readonly at: string;
  /** @default none: it is silent */
  readonly fires?: readonly { readonly labels: Readonly<Record<string, string>>; readonly summary: string }[];
}
