// Never run: that it compiles says that the declarations allow what they should, and refuse the rest.

import {
  Account,
  type AddLead,
  Call,
  type Field,
  type FollowUpEvent,
  fields,
  isQinceError,
  type Json,
  type Lead,
  type OtherEvent,
  type PushEvent,
  type QinceLeads,
  type Receipt,
  read,
  verifyPush,
} from "qince-leads";
import { signPush } from "qince-leads/testing";

export async function calls(leads: QinceLeads, account: Account): Promise<void> {
  const lead: AddLead = { cus_name: "示例公司", exts: [{ salesleads_ext_key: "k" }] };
  lead.empName = "负责人";
  const receipt: Receipt = await leads.add(lead, { signal: new AbortController().signal });
  const id: string | undefined = receipt.id;
  await leads.modify({ id: 6789690485561771524n, cus_name: id ?? null });
  for await (const found of leads.query({ create_time_start: "2026-01-01" })) {
    const name: string | undefined = found.cus_name;
    console.log(name);
  }
  const found = await leads.other("customer/v1/queryCustomer", { cm_code: "C1" }, { repeat: false });
  const data: Json | undefined = found.data;
  console.log(data, found.settled);
  account.sign("remove", { id: "1" }, { nowMs: 0, timestampForm: "compact" });

  // @ts-expect-error a misspelt field
  await leads.add({ cus_nam: "示例公司", empName: "负责人" });
  // @ts-expect-error a wrong type
  await leads.add({ cus_name: 1, empName: "负责人" });
  // @ts-expect-error a payload of another operation
  account.sign("remove", { empName: "负责人" });
  // @ts-expect-error no such operation
  account.sign("delete", { id: "1" });
}

export function results(body: Uint8Array): Lead | undefined {
  const page = read("query", { status: 200, body });
  // @ts-expect-error a page is no receipt
  page.settled;
  for (const { path, expected } of page.faults) console.log(path, expected);
  const first = page.leads[0];
  // @ts-expect-error a page may be empty
  first.id;
  return first;
}

export function accounts(options: { relayUrl: string }): Account {
  // @ts-expect-error a key or a relay, not both
  new Account({ openid: "o", appKey: "k", ...options });
  const table: readonly Field[] = fields("AddLead");
  // @ts-expect-error no such table
  fields("add");
  console.log(table, signPush({ msgId: "m", data: { lead_ID: "1" } }, "secret"));
  return new Account(options);
}

export function resumed(account: Account, text: string): string | undefined {
  const call = Call.resume(account, "add", text, { retryCodes: ["42"] });
  const step = call.step(0, "m", 0);
  if (step.type === "done") return step.result.id;
  return call.giveUp(0)?.msgId;
}

export function pushes(body: Uint8Array): PushEvent {
  // @ts-expect-error no secrets
  verifyPush(body, { maxAgeMs: null });
  // @ts-expect-error no word about the age
  verifyPush(body, { secrets: "s" });

  const event = verifyPush(body, { secrets: "s", maxAgeMs: null });
  if (event.type === "follow_up") {
    const followUp: FollowUpEvent = event;
    const lead: string | undefined = followUp.data.lead_ID;
    console.log(lead);
    // @ts-expect-error it is a follow-up
    const other: OtherEvent = event;
    console.log(other);
  }
  // @ts-expect-error it may be something else
  event.data.lead_ID;
  return event;
}

export function errors(error: unknown): string | undefined {
  if (isQinceError(error, "rejected")) {
    // @ts-expect-error no member of this error
    error.violations;
    return error.returnMsg;
  }
  if (isQinceError(error, "invalid_payload")) return error.violations[0]?.messageZh;
  // @ts-expect-error no such code
  isQinceError(error, "refused");
  if (!isQinceError(error)) return undefined;
  if (error.code === "stale") console.log(error.ageMs);
  // @ts-expect-error not of every error
  error.ageMs;
  return error.message;
}
