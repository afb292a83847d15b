import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import got from 'got';
import { PING_PORT } from '../../../constructs/names.ts';
import { type SummaryReport, tryParseSummaryReport } from '../../../server/protocol/summary-report.ts';

export interface SummaryRequest {
  /** IP address of the pod. */
  readonly address: string;
  readonly agent: { readonly http: HttpAgent } | { readonly https: HttpsAgent };
  /** ETag of the last report; undefined: none yet. */
  readonly etag?: string | undefined;
  /** How long the peer may wait for a change, in seconds; 0: not at all. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

export type SummaryAnswer =
  | {
      readonly type: 'Report';
      readonly summary: SummaryReport;
      readonly etag: string | undefined;
      /** Of its JSON. */
      readonly bytes: number;
      /** How long parsing took, in milliseconds. */
      readonly readMs: number;
    }
  | { readonly type: 'Unchanged' }
  /** The pod is starting, unreachable or not a peer. Not an error. */
  | { readonly type: 'None'; readonly readMs?: number };

/** In addition to the time that the peer may wait. Milliseconds. */
const TIMEOUT_MS = 3_000;
/** A report of a thousand links, all of them down, has 200 kB. */
const MAX_BYTES = 1024 * 1024;
const MAX_ETAG = 256;

/** Asks one peer for its summary report. */
export async function fetchSummary({
  address,
  agent,
  etag,
  waitSeconds,
  signal,
}: SummaryRequest): Promise<SummaryAnswer> {
  const host = address.includes(':') ? `[${address}]` : address;
  const scheme = 'https' in agent ? 'https' : 'http';
  const query = waitSeconds > 0 ? `?wait=${waitSeconds}s` : '';
  const tooLong = new AbortController();
  try {
    const request = got(`${scheme}://${host}:${PING_PORT}/report/brief${query}`, {
      agent,
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      timeout: { request: waitSeconds * 1_000 + TIMEOUT_MS, connect: TIMEOUT_MS },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      signal: AbortSignal.any([signal, tooLong.signal]),
    });
    request.on('downloadProgress', ({ transferred }) => {
      if (transferred > MAX_BYTES) tooLong.abort();
    });
    const { statusCode, headers, body } = await request;
    if (statusCode === 304) return { type: 'Unchanged' };
    const from = performance.now();
    const summary = statusCode === 200 ? tryParseSummaryReport(body) : undefined;
    const readMs = performance.now() - from;
    if (summary === undefined) return { type: 'None', readMs };
    // A tag is kept and sent back.
    const tag = headers.etag !== undefined && headers.etag.length <= MAX_ETAG ? headers.etag : undefined;
    return { type: 'Report', summary, etag: tag, bytes: Buffer.byteLength(body), readMs };
  } catch {
    return { type: 'None' };
  }
}
