/** Thrown when a PeerGroup violates its schema; the message names each field. */
export class InvalidPeerGroupError extends Error {
  override readonly name = 'InvalidPeerGroupError';
  readonly code = 'ERR_INVALID_PEER_GROUP';
}

/** Thrown when a ComputeJob violates its schema; the message names each field. */
export class InvalidComputeJobError extends Error {
  override readonly name = 'InvalidComputeJobError';
  readonly code = 'ERR_INVALID_COMPUTE_JOB';
}
