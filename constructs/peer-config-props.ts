import type { GroupPlace } from './addresses.ts';
import type { CompletePeerGroupSpec } from './crds/peer-group.ts';
import type { RenderInputs } from './render-inputs.ts';

/** What the config file of a group is made from. */
export interface PeerConfigProps extends GroupPlace {
  readonly spec: CompletePeerGroupSpec;
  readonly inputs: RenderInputs;
}
