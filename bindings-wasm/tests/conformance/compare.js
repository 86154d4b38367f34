import { write } from "./json.js";

const LONGEST = 400;

/** Fails, saying both, where something else came than was expected; members that are null do not count. */
export function compare(expected, came, event) {
  const texts = [expected, came].map((value) => write(withoutNulls(value)));
  if (texts[0] === texts[1]) return;
  const where = event === undefined ? "" : `event ${event}: `;
  throw new Error(`${where}expected ${cut(texts[0])}\n  came     ${cut(texts[1])}`);
}

export function cut(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)]));
}
