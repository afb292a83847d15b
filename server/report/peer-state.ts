import type { ConfigSource } from '../config/config-source.ts';
import type { Link } from '../links/link.ts';
import type { WallTime } from '../time/wall-time.ts';

/** What both reports are made from. */
export interface PeerState {
  readonly version: string;
  readonly draining: boolean;
  readonly source: Pick<ConfigSource, 'current' | 'loadedAt' | 'failure'>;
  /** How many members of the group should ping this one, and how many did within the last interval and timeout. */
  readonly askers: { readonly expected: number; readonly seen: number };
  readonly links: Iterable<Link>;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly time: WallTime;
}
