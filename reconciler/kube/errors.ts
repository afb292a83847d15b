import { printable } from '../../constructs/printable.ts';

/**
 * Everything that a request to the API server can end with, other than an answer. `code` is stable; the message, in which
 * servers, webhooks and proxies have a say, is {@link printable}.
 */
export abstract class KubeError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(printable(message), options);
  }
}

/** Thrown when the kubeconfig, or what it points to, gives no usable cluster or credentials. */
export class KubeconfigError extends KubeError {
  override readonly name = 'KubeconfigError';
  readonly code = 'ERR_KUBECONFIG_INVALID';
}

/** Thrown when no connection came about, or it broke before the answer was complete. */
export class ConnectionError extends KubeError {
  override readonly name = 'ConnectionError';
  readonly code = 'ERR_CONNECTION_FAILED';
}

/** Thrown when the API server did not answer within the request's time, or a watch was silent for longer than it may be. */
export class TimeoutError extends KubeError {
  override readonly name = 'TimeoutError';
  readonly code = 'ERR_TIMED_OUT';
}

/** Thrown when the answer is not what the API promises: no JSON, cut off, too long. */
export class InvalidResponseError extends KubeError {
  override readonly name = 'InvalidResponseError';
  readonly code = 'ERR_INVALID_RESPONSE';
}

/** Thrown when an answer is larger than the caller can take. */
export class ResponseTooLargeError extends KubeError {
  override readonly name = 'ResponseTooLargeError';
  readonly code = 'ERR_RESPONSE_TOO_LARGE';
}

/** Thrown instead of sending a write that a deposed leader must not send. */
export class NotLeaderError extends KubeError {
  override readonly name = 'NotLeaderError';
  readonly code = 'ERR_NOT_LEADER';
}

/** The part of `metav1.Status` that we read. */
export interface Status {
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
}

/** Thrown when the API server answers with a status other than 2xx. Its message is the Status's. */
export class ApiStatusError extends KubeError {
  override readonly name = 'ApiStatusError';
  readonly code = 'ERR_API_STATUS';
  /** HTTP status. */
  readonly status: number;
  /** Machine-readable reason of `metav1.Status`, such as `Forbidden`; empty when the answer had none. */
  readonly reason: string;
  readonly causes: readonly string[];
  /** Names of fields, such as `name`, whose value is another entry's of their list as well. */
  readonly duplicates: ReadonlySet<string>;
  /** Paths of the fields that it is about, such as `.spec.replicas`. */
  readonly fields: readonly string[];
  /** What the server asked to wait before the next try (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether the body is a `metav1.Status`: otherwise something between us and the API server may have answered. */
  readonly isApiServers: boolean;

  constructor(status: number, body: Status, retryAfterMs?: number) {
    super(body.message ?? `the API server returned ${status}`);
    this.status = status;
    this.isApiServers = body.kind === 'Status';
    this.reason = body.reason ?? '';
    this.causes = (body.details?.causes ?? []).map((cause) => cause.reason ?? '');
    this.duplicates = new Set(
      (body.details?.causes ?? []).flatMap(({ reason, field }) =>
        reason === 'FieldValueDuplicate' ? (field?.split('.').at(-1) ?? []) : [],
      ),
    );
    this.fields = (body.details?.causes ?? []).flatMap((cause) => cause.field ?? []);
    const seconds = body.details?.retryAfterSeconds;
    this.retryAfterMs = retryAfterMs ?? (seconds ? seconds * 1_000 : undefined);
  }
}

/** 404 in the API server's own words. What a proxy or load balancer calls not found may well be there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiStatusError && error.isApiServers && error.status === 404;
}

/** 404 because the API server has no such kind: it answers paths that it does not know in plain text. */
export function isUnknownResource(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 404;
}

/** 409 because a precondition (uid, resourceVersion) did not hold, not because of a name that exists already. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 409 && error.reason === 'Conflict';
}

/** The object that a write was meant for is gone (404), or another one has its name now (409 because of its uid). */
export function hasGone(error: unknown): boolean {
  return isNotFound(error) || isConflict(error);
}

/** 410: the resource version or continue token is older than what the API server still knows. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiStatusError && (error.status === 410 || error.reason === 'Expired');
}

/** 403 only because the namespace is being deleted: nothing can be done, and nothing has to be. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 403 && error.causes.includes('NamespaceTerminating');
}

/**
 * The API server understood the request and said no (quota, policy, permission, invalid field): asking again at once
 * gives the same answer. Not among them: overload, conflicts, and whatever never reached it.
 */
export function isRejection(error: unknown): error is ApiStatusError {
  return (
    error instanceof ApiStatusError &&
    error.isApiServers &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 408, 409, 429].includes(error.status)
  );
}

/**
 * The API server's own validation found the object impossible: it will never be otherwise. Not among them: admission webhooks
 * and policies that answer 422, for they may be of another mind tomorrow.
 */
export function isInvalid(error: unknown): error is ApiStatusError {
  return (
    error instanceof ApiStatusError &&
    error.status === 422 &&
    error.reason === 'Invalid' &&
    !/\bdenied (the )?request\b/.test(error.message)
  );
}
