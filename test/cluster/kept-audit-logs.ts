import { randomUUID } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Folder, beside those of clusters, to which the audit logs of control planes that end are moved; unset: they go with the rest. */
export const KEEP_AUDIT_LOGS = 'ROLLCALL_KEEP_AUDIT_LOGS';

/** How many full audit logs an API server keeps beside the one that it writes; 0: all. */
export function auditLogBackups(): number {
  return process.env[KEEP_AUDIT_LOGS] ? 0 : 1;
}

/** Keeps the audit logs of the control plane of this folder, where that was asked for. Call it once its API server has ended. */
export async function keepAuditLogs(dir: string): Promise<void> {
  const folder = process.env[KEEP_AUDIT_LOGS];
  if (!folder || !existsSync(folder)) return;
  // The API server starts another file when one has become large: audit-TIME.log.
  for (const file of globSync('audit*.log', { cwd: dir })) {
    await rename(join(dir, file), join(folder, `${randomUUID()}.log`));
  }
}
