import { type CaState, caBundle, nextCaStep } from './ca-state.ts';
import { createCa, createLeaf, type KeyPair } from './certificate-authority.ts';
import { checkLeaf } from './check-leaf.ts';
import { type Lifetimes, validityFrom } from './lifetimes.ts';
import { tryReadCertificate } from './read-certificate.ts';
import type { TlsContent } from './secrets.ts';

/** A group that needs a certificate, and the names in it. */
export interface LeafOwner {
  readonly name: string;
  readonly names: readonly string[];
}

export interface SecretsInput {
  readonly namespace: string;
  /** Content of the namespace's two Secrets. */
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
  /** When the next change is due, milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Plans the content of the two Secrets of a namespace. The CA is written first; after a crash in between,
 * the other one does not match it and is written then.
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
  // The older CA stays trusted; certificates of the premature one become valid in time.
  if (step.type === 'Replace') return { current: await make(), previous: ca!.previous ?? ca!.current.certificate };
  // The CA was lost: its certificate stays trusted until all pods have new certificates.
  const lost = tryReadCertificate(content.caBundle) === undefined ? {} : { previous: content.caBundle };
  return { current: await make(), ...lost };
}

function caBundleOf(state: CaState | undefined): string | undefined {
  return state && caBundle(state);
}
