/** `1 node`, `3 nodes`. */
export function countNodes(count: number): string {
  return `${count} ${count === 1 ? 'node' : 'nodes'}`;
}

/** The first five nodes by name. */
export function listNodes(nodes: readonly string[]): string {
  const more = nodes.length - 5;
  return more > 0 ? `${nodes.slice(0, 5).join(', ')} and ${more} more` : nodes.join(', ');
}
