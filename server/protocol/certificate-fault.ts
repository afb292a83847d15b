import { X509Certificate } from 'node:crypto';

const MARKER = /-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----/g;
const CERTIFICATE = 'CERTIFICATE';

/**
 * What is wrong with certificates in PEM; undefined: nothing. Each must parse and none may be cut off: OpenSSL would
 * silently stop at the first that is.
 */
export function certificateFault(pem: string): string | undefined {
  const { blocks, isWhole } = split(pem);
  if (blocks.length === 0 && isWhole) return 'it contains no "BEGIN CERTIFICATE"';
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (error) {
    return (error as Error).message;
  }
  return isWhole ? undefined : 'it is truncated';
}

/** The certificates in a PEM text, one by one. */
export function certificateBlocks(pem: string): string[] {
  return split(pem).blocks;
}

/** One look at each marker: strangers' texts may have as many as they like. */
function split(pem: string): { readonly blocks: string[]; readonly isWhole: boolean } {
  const blocks: string[] = [];
  let open: { readonly label: string; readonly at: number } | undefined;
  let end = 0;
  for (const { 0: marker, 1: kind, 2: label = '', index: at } of pem.matchAll(MARKER)) {
    if (kind === 'BEGIN') {
      if (open) return { blocks, isWhole: false };
      open = { label, at };
      continue;
    }
    if (open?.label !== label) return { blocks, isWhole: false };
    end = at + marker.length;
    if (label === CERTIFICATE) blocks.push(pem.slice(open.at, end));
    open = undefined;
  }
  // Of a marker that was cut off itself only the dashes tell.
  return { blocks, isWhole: open === undefined && !/^-----/m.test(pem.slice(end)) };
}
