/** The nth address of an IPv4 network, such as 10 of `10.96.0.0/16`: `10.96.0.10`. */
export function hostAddress(cidr: string, n: number): string {
  const { base } = parseCidr(cidr);
  return formatAddress(base + n);
}

/** An IPv4 network as numbers. */
export function parseCidr(cidr: string): { readonly base: number; readonly size: number } {
  const [address, bits] = cidr.split('/');
  const size = 2 ** (32 - Number(bits ?? 32));
  const number = address!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { base: number - (number % size), size };
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
