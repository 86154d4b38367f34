import { Body } from "./body.js";
import { enter, SCRATCH_LENGTH } from "./core.js";
import { InvalidPayloadError, isQinceError, type Violation } from "./errors.js";
import { BODIES } from "./generated/bodies.js";
import { OPERATIONS, type Operation, type Payloads } from "./generated/operations.js";
import { type Fault, stringify } from "./json.js";

/** The number that the core knows an operation by. */
export function numberOf(operation: Operation): number {
  const number = OPERATIONS.indexOf(operation);
  if (number < 0) throw refusal([{ path: "", what: `no operation is called ${String(operation)}` }]);
  return number;
}

/** The operation that the core knows by a number. */
export function operationAt(number: number): Operation {
  return OPERATIONS[number] as Operation;
}

/** The body of a payload that is nothing but texts, for the core to check; `undefined` where it is not, or too long. */
export function bodyOf<O extends Operation>(operation: O, payload: Payloads[O]): Body | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const body = new Body();
  try {
    body.object(payload, BODIES[operation]);
  } catch {
    // Writing it as JSON says what is wrong.
    return undefined;
  }
  return body.isWhole && body.json.length <= SCRATCH_LENGTH ? body : undefined;
}

/**
 * Checks a payload as {@link Account.sign} does, without an account: for a form, before it is sent to the server that
 * signs. Returns all that is wrong with it.
 */
export function validate<O extends Operation>(operation: O, payload: Payloads[O]): readonly Violation[] {
  try {
    const json = payloadToJson(operation, payload);
    return violations(operation, json);
  } catch (error) {
    if (isQinceError(error, "invalid_payload")) return error.violations;
    throw error;
  }
}

/**
 * Writes a payload as JSON, for the core to check.
 *
 * @throws {InvalidPayloadError} where that would change or lose something, or where reading it throws.
 */
export function payloadToJson<O extends Operation>(operation: O, payload: Payloads[O]): string {
  const faults: Fault[] = [];
  const json = read(payload, faults);
  if (faults.length > 0) throw refusal(faults, violations(operation, json));
  return json;
}

function read(payload: unknown, faults: Fault[]): string {
  try {
    return stringify(payload, faults);
  } catch (thrown) {
    throw refusal([{ path: "", what: "reading it threw an error; give a plain object" }], [], {
      cause: thrown,
    });
  }
}

/** What the core finds wrong with a payload. */
function violations(operation: Operation, json: string): readonly Violation[] {
  try {
    enter((core) => core.check(numberOf(operation), json));
    return [];
  } catch (error) {
    if (isQinceError(error, "invalid_payload")) return error.violations;
    throw error;
  }
}

function refusal(
  faults: readonly Fault[],
  found: readonly Violation[] = [],
  options?: ErrorOptions,
): InvalidPayloadError {
  const own = faults.map(({ path, what }): Violation => {
    return { path, rule: "type", message: path === "" ? what : `${path}: ${what}` };
  });
  const isNew = ({ path, rule }: Violation) =>
    rule !== "type" || own.every((violation) => violation.path !== path);
  const all = [...own, ...found.filter(isNew)];
  const message = all.map((violation) => violation.message).join("; ");
  return new InvalidPayloadError(`invalid payload: ${message}`, all, options);
}
