// All seven operations with the samples of the vendor's page. Only ids that no lead of the sandbox has are
// replaced by those of the leads that were just added.

import assert from "node:assert/strict";

import * as screen from "./screen.js";
import { sample } from "./stage.js";

export async function show(stage) {
  const id = await add(stage, "add", sample("add"));
  const apaasId = await add(stage, "addApaas", sample("add_apaas"));

  await change(stage, "modify", { ...sample("modify"), id }, id);
  await change(stage, "modifyApaas", { ...sample("modify_apaas"), id: apaasId }, apaasId);

  await query(stage, id);
  await queryApaas(stage, apaasId);

  const lead = await change(stage, "remove", sample("remove"), id);
  assert.ok(lead.removed, "the lead was not removed");
}

/** Adds a lead, and returns its id. */
async function add(stage, operation, payload) {
  const { id } = await carryOut(stage, operation, payload, describe);
  assert.ok(id, "the receipt has no id");
  await written(stage, id, operation, payload);
  return id;
}

/** Modifies or removes a lead, and returns what the sandbox has of it. */
async function change(stage, operation, payload, id) {
  await carryOut(stage, operation, payload, describe);
  return written(stage, id, operation, payload);
}

async function carryOut(stage, operation, payload, describe) {
  const { result, error } = await stage.show(operation, payload, describe);
  if (error !== undefined) throw error;
  return result;
}

function describe({ id, msgId }) {
  if (id !== undefined) return `id ${id}`;
  return msgId === undefined ? "accepted" : `msg_id ${msgId}`;
}

/** Makes sure that this payload was the last that wrote the lead. */
async function written(stage, id, operation, payload) {
  const lead = (await stage.sandbox.leads()).find((lead) => lead.id === id);
  assert.ok(lead, `the sandbox has no lead ${id}`);
  const last = lead.writes.at(-1);
  const name = operation.replace("Apaas", "_apaas");
  const isIt = last?.operation === name && last.body === stage.bodyOf(operation, payload);
  assert.ok(isIt, `what wrote lead ${id} is not what was sent`);
  screen.ok("it arrived word for word, and was carried out");
  return lead;
}

async function query(stage, id) {
  const none = await carryOut(stage, "query", sample("query"), (leads) => `${leads.length} leads`);
  assert.equal(none.length, 0, "the sample's conditions fit no lead");

  const found = await carryOut(stage, "query", { code: "codezs" }, (leads) => `${leads.length} lead`);
  const [lead] = found;
  assert.ok(found.length === 1 && lead.id === id, "another lead was found");
  assert.equal(lead.mark_addr, "南京市铁心桥", "the lead was not modified");
  screen.ok(`lead ${id}, ${lead.cus_name}, ${lead.mark_addr}, as modified`);
}

async function queryApaas(stage, id) {
  const none = await carryOut(stage, "queryApaas", sample("query_apaas"), (leads) => `${leads.length} leads`);
  assert.equal(none.length, 0, "the sample's conditions fit no lead");

  const found = await carryOut(stage, "queryApaas", { id }, (leads) => `${leads.length} lead`);
  const [lead] = found;
  assert.ok(found.length === 1 && lead.id === id, "another lead was found");
  assert.equal(lead.company_name, "掌控网络", "the lead was not modified");
  assert.ok(lead.mobile, "the lead has no mobile number");
  screen.ok(`lead ${id}, ${lead.company_name}, ${lead.mobile.phone}, as modified`);
}
