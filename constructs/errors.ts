/** Thrown when a PeerGroup breaks a rule of its schema; the message has a sentence per field. */
export class InvalidPeerGroupError extends Error {
  override readonly name = 'InvalidPeerGroupError';
  readonly code = 'ERR_INVALID_PEER_GROUP';
}

/** Thrown when a ComputeJob breaks a rule of its schema; the message has a sentence per field. */
export class InvalidComputeJobError extends Error {
  override readonly name = 'InvalidComputeJobError';
  readonly code = 'ERR_INVALID_COMPUTE_JOB';
}
