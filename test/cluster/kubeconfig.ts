import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a kubeconfig with everything embedded, so that the file works from anywhere.
 *
 * @param name what its cluster, user and context are called
 * @param certificate name of the client certificate in the PKI folder
 */
export async function writeKubeconfig(
  file: string,
  options: { readonly name: string; readonly server: string; readonly pki: string; readonly certificate: string },
): Promise<void> {
  const data = async (part: string) => (await readFile(join(options.pki, part))).toString('base64');
  const [ca, certificate, key] = await Promise.all([
    data('ca.crt'),
    data(`${options.certificate}.crt`),
    data(`${options.certificate}.key`),
  ]);
  const { name, server } = options;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name, user: { 'client-certificate-data': certificate, 'client-key-data': key } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}
