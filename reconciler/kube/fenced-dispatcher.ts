import type { Dispatcher } from 'undici';

/** Says whether a write may be sent, and how long it may take. */
export interface WriteFence {
  /** @throws KubeError when this process must not write */
  check(): void;
  /** Milliseconds within which a write that is sent now must be answered. */
  deadlineMs(): number;
}

/**
 * The dispatcher, which asks the fence about each write at the moment in which its bytes are about to go to the socket: after it
 * waited for a connection, for the connection's handshake, and for a process that was frozen meanwhile.
 */
export function fencedDispatcher(dispatcher: Dispatcher, fence: WriteFence): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    if (options.method === 'GET') return dispatch(options, handler);
    return dispatch(options, new FencedHandler(handler, fence));
  });
}

class FencedHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #fence: WriteFence;

  constructor(handler: Dispatcher.DispatchHandler, fence: WriteFence) {
    this.#handler = handler;
    this.#fence = fence;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
    try {
      this.#fence.check();
    } catch (error) {
      controller.abort(error as Error);
    }
  }

  onResponseStart(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>): void {
    this.#handler.onResponseStart?.(...args);
  }

  onResponseData(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseData']>>): void {
    this.#handler.onResponseData?.(...args);
  }

  onResponseEnd(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>): void {
    this.#handler.onResponseEnd?.(...args);
  }

  onResponseError(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseError']>>): void {
    this.#handler.onResponseError?.(...args);
  }
}
