/** Why a cluster operation could not be done. */
export type ClusterErrorCode =
  | 'ERR_TOOL_MISSING'
  | 'ERR_BUILD_FAILED'
  | 'ERR_COMMAND_FAILED'
  | 'ERR_REQUIREMENTS'
  | 'ERR_NAME'
  | 'ERR_IN_USE'
  | 'ERR_NO_FREE_RANGE'
  | 'ERR_NOT_RUNNING'
  | 'ERR_NOT_READY'
  | 'ERR_NO_SUCH_NODE'
  | 'ERR_IMAGE';

/** Thrown by everything under test/cluster; the message is one sentence that names the remedy. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code: ClusterErrorCode;

  constructor(code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For commands on a cluster that has to run. */
export function notRunning(name: string): ClusterError {
  return new ClusterError('ERR_NOT_RUNNING', `Cluster ${name} is not running: npm run cluster -- up --name ${name}`);
}
