import { enter } from "./core.js";
import { type AllowedValue, malformed } from "./errors.js";
import type { TableName } from "./generated/operations.js";

/** A field of a payload or of a record, as the vendor's table has it. */
export interface Field {
  /** The vendor's name, mistakes included. */
  readonly name: string;
  /** The vendor's Chinese label. */
  readonly label: string;
  /** What it holds. */
  readonly kind: FieldKind;
  /** The table of its parts, where it holds any. */
  readonly part?: TableName;
  /** Its longest text in characters. In a record this is what the vendor documents. */
  readonly maxChars?: number;
  /** The only texts allowed, where the vendor lists them. */
  readonly allowed: readonly AllowedValue[];
  /** Whether it must be given and not be empty. */
  readonly required: boolean;
}

/** What a field holds. */
export type FieldKind =
  | "text"
  | "id"
  | "count"
  | "json"
  | "json_list"
  | "json_map"
  | "map_or_parts"
  | "part"
  | "parts";

/**
 * The fields of a payload, a record or a part of one, in the vendor's order: for forms and imports.
 *
 * ```ts
 * for (const { name, label, maxChars } of fields("AddLead")) console.log(name, label, maxChars);
 * ```
 */
export function fields(table: TableName): readonly Field[] {
  const found = enter((core) => core.fields(String(table)));
  if (found === undefined) throw malformed(`no payload, record or part is called ${String(table)}`);
  return JSON.parse(found);
}
