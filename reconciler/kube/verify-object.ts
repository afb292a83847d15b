import { InvalidResponseError } from './errors.ts';
import type { KubeObject, ObjectKey } from './object.ts';
import type { ResourceType } from './resource-type.ts';

const MAX_MESSAGE = 512;

/**
 * Returns a response that is the object that was requested.
 *
 * @param request method and path, for the message
 * @throws InvalidResponseError
 */
export function verifyObject<T>(
  response: unknown,
  request: string,
  { kind, namespaced }: ResourceType,
  target: ObjectKey,
): T {
  const is = (value: string | undefined, asked: string | undefined) => asked === undefined || value === asked;
  if (!isObject(response)) throw new InvalidResponseError(`${request}: the response is not an object`);
  const { name, namespace, uid } = response.metadata;
  const isThere = !namespaced || is(namespace, target.namespace);
  if (response.kind === kind && name === target.name && isThere && is(uid, target.uid)) {
    return response as T;
  }
  const message = `${request}: the response is ${response.kind} ${namespace ?? ''}/${name}, not ${kind} ${target.name}`;
  throw new InvalidResponseError(message.slice(0, MAX_MESSAGE));
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Items of a list of a built-in kind have no kind of their own. */
export function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value.metadata) && typeof value.metadata.name === 'string';
}
