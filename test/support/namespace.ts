import type { Context } from 'mocha';
import type { Kubectl } from '../cluster/kubectl.ts';

/**
 * Makes a namespace for the running case (or, called in a `before`, for its suite) that enforces Pod Security
 * `restricted`. It is deleted when the suite ends; nobody waits for it.
 *
 * @returns its name, made of the case's title so that a log can be read
 */
export async function makeNamespace(kubectl: Kubectl, context: Context, serial: number): Promise<string> {
  const runnable = context.currentTest ?? context.test;
  const name = `${slug(runnable?.title ?? 'case')}-${serial}`;
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await kubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) });
  runnable?.parent?.afterAll(`delete namespace ${name}`, async () => {
    await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
  });
  return name;
}

/** A title as the beginning of a DNS label: at most 40 characters. */
function slug(title: string): string {
  const words = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return (
    words
      .replace(/^[^a-z]+/, '')
      .slice(0, 40)
      .replace(/-+$/, '') || 'case'
  );
}
