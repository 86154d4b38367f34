// A scan over more leads than a page holds.

import assert from "node:assert/strict";

import * as screen from "./screen.js";

const LEADS = 2500;

export async function show(stage) {
  const before = await ids(stage);
  const order = { count: LEADS, family: "classic", code_prefix: "P", create_date: "2026-01-01" };
  await stage.sandbox.createLeads(order);
  const created = [...(await ids(stage))].filter((id) => !before.has(id));

  const query = { create_time_start: "2026-01-01", create_time_end: "2026-01-01", page: 1, pageSize: 1000 };
  const read = [];
  for await (const { id } of stage.leads.query(query)) read.push(id);
  const attempts = stage.attempts();
  screen.line("query", "sent", stage.path(attempts[0]));
  screen.line("", "", stage.bodyOf("query", query));
  const leads = read.length.toLocaleString("en");
  screen.line("", "came", `${leads} leads in ${attempts.length} requests; the last page was empty`);

  assert.equal(read.length, LEADS, `${read.length} leads were read`);
  assert.equal(new Set(read).size, LEADS, "a lead was handed out twice");
  assert.deepEqual(new Set(read), new Set(created), "the leads read are not those that were created");
  screen.ok("every lead once, and just those that the sandbox has");
}

async function ids(stage) {
  return new Set((await stage.sandbox.leads()).map(({ id }) => id));
}
