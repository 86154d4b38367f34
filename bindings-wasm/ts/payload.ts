import { Body } from "./body.js";
import { enter, SCRATCH_LENGTH } from "./core.js";
import { InvalidPayloadError, isQinceError, type Violation } from "./errors.js";
import { BODIES } from "./generated/bodies.js";
import { OPERATIONS, type Operation, type Payloads } from "./generated/operations.js";
import { type Fault, type Json, stringify } from "./json.js";

/** The number that the core knows an operation by. */
export function numberOf(operation: Operation): number {
  const number = OPERATIONS.indexOf(operation);
  if (number < 0) {
    const name = String(operation);
    throw refusal([{ path: "", what: `no operation is called ${name}`, whatZh: `没有名为${name}的操作` }]);
  }
  return number;
}

/**
 * A request to any endpoint of the vendor, for integrators who need more than leads: signed, tried again and read as
 * the operations of this SDK are, and checked by nobody but the service. What comes back is the receipt's `data`.
 */
export interface Other {
  /** The path between `/api/` and the openid, such as `customer/v1/queryCustomer`. */
  path: string;
  /** The body: an object or a list, or JSON text of one, whose numbers keep all their digits. */
  payload: { [name: string]: Json } | readonly Json[] | string;
  /** Whether it may be sent again where it may have been carried out, as a query may; yes, if left out. */
  repeat?: boolean | undefined;
}

/**
 * The body of a payload that is nothing but texts, for the core to check; `undefined` where it is not, or too long.
 */
export function bodyOf<O extends Operation>(operation: O, payload: Payloads[O]): Body | undefined {
  if (operation === "other" || typeof payload !== "object" || payload === null) return undefined;
  const body = new Body();
  try {
    body.object(payload, BODIES[operation as keyof typeof BODIES] as (given: object, body: Body) => void);
  } catch {
    // Writing it as JSON says what is wrong.
    return undefined;
  }
  return body.isWhole && body.json.length <= SCRATCH_LENGTH ? body : undefined;
}

/**
 * Checks a payload as {@link Account.sign} does, without an account: for a form, before it is sent to the server that
 * signs. Returns what is wrong with it, at most 100 violations.
 */
export function validate<O extends Operation>(operation: O, payload: Payloads[O]): readonly Violation[] {
  try {
    check(operation, written(operation, payload));
    return [];
  } catch (error) {
    if (isQinceError(error, "invalid_payload")) return error.violations;
    throw error;
  }
}

/** A payload as the core takes it. */
export interface Written {
  readonly json: string;
  /** Of a request to any endpoint of the vendor: which one. */
  readonly path?: string | undefined;
  readonly mayRepeat: boolean;
}

/**
 * Writes a payload as JSON, for the core to check.
 *
 * @throws {InvalidPayloadError} where that would change or lose something, or where reading it throws.
 */
export function written<O extends Operation>(operation: O, payload: Payloads[O]): Written {
  const faults: Fault[] = [];
  const written = reading(() =>
    operation === "other" ? ofOther(payload as Other, faults) : of(payload, faults),
  );
  if (faults.length > 0) throw refusal(faults, invalid(operation, written));
  return written;
}

function of(payload: unknown, faults: Fault[]): Written {
  return { json: stringify(payload, faults), mayRepeat: true };
}

function ofOther(other: Other, faults: Fault[]): Written {
  const { path, payload, repeat = true } = other ?? {};
  const json = typeof payload === "string" ? payload : stringify(payload, faults);
  return { json, path: typeof path === "string" ? path : "", mayRepeat: Boolean(repeat) };
}

function reading(read: () => Written): Written {
  try {
    return read();
  } catch (thrown) {
    throw refusal([{ path: "", ...UNREADABLE }], undefined, { cause: thrown });
  }
}

const UNREADABLE = {
  what: "reading it threw an error; give a plain object",
  whatZh: "读取时出错，请传入普通对象",
};

function check(operation: Operation, { json, path }: Written): void {
  enter((core) => core.check(numberOf(operation), json, path));
}

/** The error that the core refuses a payload with, if it does. */
function invalid(operation: Operation, written: Written): InvalidPayloadError | undefined {
  try {
    check(operation, written);
    return undefined;
  } catch (error) {
    if (isQinceError(error, "invalid_payload")) return error;
    throw error;
  }
}

/** How many violations are listed at most, as by the core. */
const MOST = 100;

/** An error that says what has no JSON, and what the core has found besides. */
function refusal(
  faults: readonly Fault[],
  found?: InvalidPayloadError,
  options?: ErrorOptions,
): InvalidPayloadError {
  const violations = found?.violations ?? [];
  // What stands in its place is of the wrong type for the core, too.
  const inPlace = (path: string) => violations.find((known) => known.rule === "type" && known.path === path);
  const own = faults.map(({ path, what, whatZh }): Violation => {
    const label = inPlace(path)?.label ?? "";
    const title = label === "" ? path : `${path} (${label})`;
    return {
      path,
      rule: "type",
      message: path === "" ? what : `${title}: ${what}`,
      messageZh: path === "" ? whatZh : `${label || path}：${whatZh}`,
      label,
    };
  });
  const isNew = ({ path, rule }: Violation) =>
    rule !== "type" || own.every((violation) => violation.path !== path);
  const all = [...own, ...violations.filter(isNew)];
  const listed = all.slice(0, MOST);
  const more = Math.max(all.length, violations.length + (found?.more ?? 0)) - listed.length;
  const messages = listed.map((violation) => violation.message).concat(more > 0 ? `and ${more} more` : []);
  return new InvalidPayloadError(`invalid payload: ${messages.join("; ")}`, listed, more, options);
}
