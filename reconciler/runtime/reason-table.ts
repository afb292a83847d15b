import type { ConditionStatus, Finding } from './conditions.ts';

/**
 * `Normal`: the object is as it should be, or on its way there. `Warning`: somebody may have to act. Of an Event it is the type.
 */
export type Severity = 'Normal' | 'Warning';

/** What a reason of a condition says. */
export interface ConditionReason {
  /** Status of the condition that carries it. */
  readonly status: ConditionStatus;
  readonly severity: Severity;
  /** For the reference page; Markdown. */
  readonly meaning: string;
}

/** What a reason of an Event says. */
export type EventReason = Omit<ConditionReason, 'status'>;

/** By the condition's type, then by its reason. */
export type ConditionTable = Readonly<Record<string, Readonly<Record<string, ConditionReason>>>>;
export type EventTable = Readonly<Record<string, EventReason>>;

/** The reasons that a table has for a condition. */
export type ReasonOf<Table extends ConditionTable, Type extends keyof Table> = keyof Table[Type] & string;

/** Makes findings of the conditions of one kind: only with reasons that its table explains, and with their status. */
export function findingsOf<const Table extends ConditionTable>(table: Table) {
  return <Type extends keyof Table & string>(type: Type, reason: ReasonOf<Table, Type>, message: string): Finding => ({
    type,
    status: table[type]![reason]!.status,
    reason,
    message,
  });
}
