import { expect } from 'chai';
import got from 'got';
import type { Registry } from 'prom-client';
import { startAdminServer } from '../../../../reconciler/runtime/admin-server.ts';
import type { Logger } from '../../../../reconciler/runtime/logger.ts';

describe("the operator's admin port", () => {
  it('logs an error of its own handler as one line, and answers 500 without its text', async () => {
    const logged: [fields: { err: Error; path: string }, message: string][] = [];
    const log = { error: (...line: (typeof logged)[number]) => void logged.push(line) } as unknown as Logger;
    const metrics = () => Promise.reject(new TypeError('a gauge has no value'));
    const registry = { contentType: 'text/plain', metrics } as unknown as Registry;
    const server = await startAdminServer({ host: '127.0.0.1', port: 0, registry, notReady: () => [], log });
    try {
      const url = `http://127.0.0.1:${server.port}`;
      const options = { throwHttpErrors: false, retry: { limit: 0 } };
      const { statusCode, body } = await got(`${url}/metrics`, options);
      await got(`${url}/nothing`, options);
      expect([statusCode, body]).to.deep.equal([500, 'Internal Server Error']);
      expect(logged.map(([{ err, path }, message]) => [err.message, path, message])).to.deep.equal([
        ['a gauge has no value', '/metrics', 'Request failed'],
      ]);
    } finally {
      await server.close();
    }
  });
});
