/** The name of whoever pings, so that the pinged can tell who reaches it. */
export const REQUESTER_HEADER = 'x-requester';
/** The name of whoever answers. */
export const RESPONDER_HEADER = 'x-responder';
/** `draining` on the 503 of a server that is shutting down: no failure. */
export const STATE_HEADER = 'x-rollcall-state';
export const DRAINING = 'draining';
/** On a 403: why the server refuses the client's certificate, as OpenSSL calls it. */
export const REFUSED_HEADER = 'x-rollcall-refused';
