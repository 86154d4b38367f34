// What the peers are told of a record: each field is text, maybe with a limit, or a list of records.

import { ADD_LEAD, LEAD } from "./data.js";

/** A lead as the service returns it: members that are not named are let through. */
export const LEAD_SHAPE = { isStrict: false, fields: fieldsOf(LEAD, () => ({})) };

/** A lead that is added: no other members. */
export const ADD_SHAPE = { isStrict: true, fields: fieldsOf(ADD_LEAD, limits) };

function limits(name) {
  const longest = { mobile_country: 32, latlon: 400, detail: 4000, address: 4000 };
  return name === "mobile_repeat" ? { values: ["0", "1"] } : { max: longest[name] ?? 100 };
}

function fieldsOf(sample, limits) {
  return mapped(sample, (value, name) => {
    return Array.isArray(value) ? { list: fieldsOf(value[0], limits) } : limits(name);
  });
}

/** An object with the same names. */
export function mapped(object, map) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)]));
}
