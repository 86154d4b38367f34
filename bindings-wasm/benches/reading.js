// Reading a page of leads, by this package and by its peers.

import assert from "node:assert/strict";

import { LEAD, LEADS, PAGE } from "./data.js";
import { read } from "./package.js";
import { LEAD_SHAPE } from "./shapes.js";

/** This package: gives how long all texts of a page are together. */
export const ours = contender("ours", () => read("query", { status: 200, body: PAGE }).leads);

/** `JSON.parse` twice, with nothing checked. */
export const bare = contender("bare", parse);

/** `JSON.parse` twice and a check of what came. */
export function checked({ name, checkLeads }) {
  return contender(name, () => checkLeads(parse()));
}

function parse() {
  return JSON.parse(JSON.parse(PAGE).response_data);
}

function contender(name, leads) {
  assertLeads(name, leads());
  const length = lengthOf(name);
  return () => {
    let sum = 0;
    for (const lead of leads()) sum += length(lead);
    return sum;
  };
}

function assertLeads(name, leads) {
  assert.equal(leads.length, LEADS, name);
  for (const i of [0, 1, LEADS / 2, LEADS - 1]) {
    assert.deepEqual(leads[i], { ...LEAD, id: String(BigInt(LEAD.id) + BigInt(i)) }, name);
  }
}

/**
 * Makes what reads every field of a lead. Each contender needs code of its own: leads of several layouts
 * would make it slow for those that are measured last.
 */
function lengthOf(name) {
  const sum = sumOf("lead", LEAD_SHAPE.fields);
  return new Function("lead", `// ${name}\nlet sum = 0;\n${sum}\nreturn sum;`);
}

function sumOf(record, fields) {
  const sums = Object.entries(fields).map(([name, { list }]) => {
    if (!list) return `sum += ${record}.${name}.length;`;
    return `for (const part of ${record}.${name}) {\n${sumOf("part", list)}\n}`;
  });
  return sums.join("\n");
}
