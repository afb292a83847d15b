/** An IPv4 network as numbers: its first address and how many it has. */
interface Range {
  readonly base: number;
  readonly size: number;
}

/** The nth address of a network, such as 10 of `10.96.0.0/16`: `10.96.0.10`. */
export function hostAddress(cidr: string, n: number): string {
  return formatAddress(parseCidr(cidr).base + n);
}

/** The nth network of the given prefix length inside a larger one, such as 1 of /24 in `10.244.0.0/22`: `10.244.1.0/24`. */
export function subnet(cidr: string, prefix: number, n: number): string {
  return `${formatAddress(parseCidr(cidr).base + n * 2 ** (32 - prefix))}/${prefix}`;
}

/** Whether two networks have an address in common. */
export function overlap(a: string, b: string): boolean {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  return x.base < y.base + y.size && y.base < x.base + x.size;
}

/** A single address counts as a network of one. */
function parseCidr(cidr: string): Range {
  const [address, prefix = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const number = address!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { base: number - (number % size), size };
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
