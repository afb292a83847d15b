import { type CaState, caBundle, nextCaStep } from './ca-state.ts';
import { createCa, createLeaf, type KeyPair } from './certificate-authority.ts';
import { checkLeaf } from './check-leaf.ts';
import { type Lifetimes, validityFrom } from './lifetimes.ts';
import { tryReadCertificate } from './read-certificate.ts';
import type { TlsContent } from './secrets.ts';

/** A group that needs a leaf, and the names that it is to be valid for. */
export interface LeafOwner {
  readonly name: string;
  readonly names: readonly string[];
}

export interface SecretsInput {
  readonly namespace: string;
  /** What the namespace's two Secrets hold. */
  readonly ca: CaState | undefined;
  readonly content: TlsContent;
  readonly groups: readonly LeafOwner[];
  /** Whether every pod uses the certificates and trusts the CAs of `content`. */
  readonly allPodsUpdated: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimes: Lifetimes;
}

export interface SecretsResult {
  readonly ca: CaState;
  readonly content: TlsContent;
  /** When something will be due, milliseconds since the epoch. */
  readonly until: number;
}

/**
 * What the two Secrets of a namespace should hold now. The CA's is to be written first; whoever is killed in between finds
 * the other one out of step with it and writes it then.
 */
export async function planSecrets(input: SecretsInput): Promise<SecretsResult> {
  const { content, groups, now } = input;
  const step = nextCaStep({
    state: input.ca,
    published: content.caBundle === caBundleOf(input.ca),
    allPodsUpdated: input.allPodsUpdated,
    now,
  });
  let until = step.type === 'Stay' ? step.until : now;
  const ca = await takeStep(step, input);
  const leaves = new Map<string, KeyPair>();
  for (const { name, names } of groups) {
    const present = content.leaves.get(name);
    const result = checkLeaf(present, ca.current, names, now);
    if (result.keep) until = Math.min(until, result.until);
    const validity = validityFrom(now, input.lifetimes.leafMs);
    leaves.set(name, result.keep ? present! : await createLeaf(ca.current, { commonName: name, names, validity }));
  }
  return { ca, content: { caBundle: caBundle(ca), leaves }, until };
}

async function takeStep(
  step: ReturnType<typeof nextCaStep>,
  { namespace, ca, content, now, lifetimes }: SecretsInput,
): Promise<CaState> {
  const make = () => createCa(`rollcall CA of ${namespace}`, validityFrom(now, lifetimes.caMs));
  if (step.type === 'Become') return step.state;
  if (step.type === 'Introduce') return { ...ca!, next: await make() };
  if (step.type === 'Stay') return ca!;
  // What an older CA has signed stays trusted; what the premature one has signed is trusted again once its time has come.
  if (step.type === 'Replace') return { current: await make(), previous: ca!.previous ?? ca!.current.certificate };
  // The CA was lost: what its leaves were signed with stays trusted until every pod has a new one.
  const lost = tryReadCertificate(content.caBundle) === undefined ? {} : { previous: content.caBundle };
  return { current: await make(), ...lost };
}

function caBundleOf(state: CaState | undefined): string | undefined {
  return state && caBundle(state);
}
