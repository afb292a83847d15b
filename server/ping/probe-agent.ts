import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What a request hands to its agent, besides Node.js's own options. */
export interface ProbeRequestOptions {
  /** Makes the TCP connection; called only when the agent has no kept one. Calls back only when there is one. */
  readonly connect: (done: (socket: Socket) => void) => void;
}

type Created = (error: null, stream: Duplex) => void;

/** An agent whose connections are made by whoever sends the request, which ends by itself when there is none to be had. */
export class HttpProbeAgent extends HttpAgent {
  override createConnection(options: object, created?: Created): undefined {
    (options as ProbeRequestOptions).connect((socket) => created?.(null, socket));
    forget(this, options);
  }
}

/** The same, with a TLS handshake on the connection. */
export class HttpsProbeAgent extends HttpsAgent {
  override createConnection(options: object, created?: Created): undefined {
    (options as ProbeRequestOptions).connect((socket) => {
      // Node.js takes an open connection for its TLS, though its types do not say so.
      const onto: object = { ...options, socket };
      created?.(null, super.createConnection(onto)!);
    });
    forget(this, options);
  }
}

/** The agent has made an empty list for this name, and would keep it for ever when no connection is made. */
function forget(agent: HttpAgent, options: object): void {
  const { _agentKey: name } = options as { _agentKey: string };
  const sockets = agent.sockets as Record<string, Socket[] | undefined>;
  if (sockets[name]?.length === 0) delete sockets[name];
}
