import { type AuthorityState, stepAuthority, trustBundle } from './ca-state.ts';
import { type KeyPair, makeAuthority, makeLeaf } from './certificate-authority.ts';
import { judgeLeaf } from './leaf-policy.ts';
import { type Lifetimes, validityFrom } from './lifetimes.ts';
import { tryReadCertificate } from './read-certificate.ts';
import type { TlsContent } from './secrets.ts';

/** A group that needs a leaf, and the names that it is to be valid for. */
export interface LeafOwner {
  readonly name: string;
  readonly names: readonly string[];
}

export interface SecretsSituation {
  readonly namespace: string;
  /** What the namespace's two Secrets hold. */
  readonly authority: AuthorityState | undefined;
  readonly content: TlsContent;
  readonly groups: readonly LeafOwner[];
  /** Whether every pod uses the certificates and trusts the CAs of `content`. */
  readonly everybodyFollowed: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimes: Lifetimes;
}

export interface SecretsPlan {
  readonly authority: AuthorityState;
  readonly content: TlsContent;
  /** When something will be due, milliseconds since the epoch. */
  readonly until: number;
}

/**
 * What the two Secrets of a namespace should hold now. The CA's is to be written first; whoever is killed in between finds
 * the other one out of step with it and writes it then.
 */
export async function planSecrets(situation: SecretsSituation): Promise<SecretsPlan> {
  const { content, groups, now } = situation;
  const step = stepAuthority({
    state: situation.authority,
    published: content.trust === trustOf(situation.authority),
    everybodyFollowed: situation.everybodyFollowed,
    now,
  });
  let until = step.type === 'Stay' ? step.until : now;
  const authority = await takeStep(step, situation);
  const leaves = new Map<string, KeyPair>();
  for (const { name, names } of groups) {
    const present = content.leaves.get(name);
    const verdict = judgeLeaf(present, authority.current, names, now);
    if (verdict.keep) until = Math.min(until, verdict.until);
    const validity = validityFrom(now, situation.lifetimes.leafMs);
    leaves.set(
      name,
      verdict.keep ? present! : await makeLeaf(authority.current, { commonName: name, names, validity }),
    );
  }
  return { authority, content: { trust: trustBundle(authority), leaves }, until };
}

async function takeStep(
  step: ReturnType<typeof stepAuthority>,
  { namespace, authority, content, now, lifetimes }: SecretsSituation,
): Promise<AuthorityState> {
  const make = () => makeAuthority(`rollcall CA of ${namespace}`, validityFrom(now, lifetimes.authorityMs));
  if (step.type === 'Become') return step.state;
  if (step.type === 'Introduce') return { ...authority!, next: await make() };
  if (step.type === 'Stay') return authority!;
  // What an older CA has signed stays trusted; what the premature one has signed is trusted again once its time has come.
  if (step.type === 'Replace')
    return { current: await make(), previous: authority!.previous ?? authority!.current.certificate };
  // The CA was lost: what its leaves were signed with stays trusted until every pod has a new one.
  const lost = tryReadCertificate(content.trust) === undefined ? {} : { previous: content.trust };
  return { current: await make(), ...lost };
}

function trustOf(state: AuthorityState | undefined): string | undefined {
  return state && trustBundle(state);
}
