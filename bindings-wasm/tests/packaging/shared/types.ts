// Never run: that it compiles says that the declarations allow what they should, and refuse the rest.

import {
  type Account,
  type AddLead,
  type FollowUpEvent,
  isQinceError,
  type Lead,
  type OtherEvent,
  type PushEvent,
  type QinceLeads,
  type Receipt,
  read,
  verifyPush,
} from "qince-leads";

export async function calls(leads: QinceLeads, account: Account): Promise<void> {
  const lead: AddLead = { cus_name: "示例公司", empName: "负责人", exts: [{ salesleads_ext_key: "k" }] };
  const receipt: Receipt = await leads.add(lead, { signal: new AbortController().signal });
  const id: string | undefined = receipt.id;
  await leads.modify({ id: 6789690485561771524n, cus_name: id ?? null });
  for await (const found of leads.query({ create_time_start: "2026-01-01" })) {
    const name: string | undefined = found.cus_name;
    console.log(name);
  }
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
  page.msgId;
  const first = page[0];
  // @ts-expect-error a page may be empty
  first.id;
  return first;
}

export function pushes(body: Uint8Array): PushEvent {
  // @ts-expect-error no secrets
  verifyPush(body, { maxAge: null });
  // @ts-expect-error no word about the age
  verifyPush(body, { secrets: "s" });

  const event = verifyPush(body, { secrets: "s", maxAge: null });
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
  if (isQinceError(error, "invalid_payload")) return error.violations[0]?.message;
  // @ts-expect-error no such code
  isQinceError(error, "refused");
  if (!isQinceError(error)) return undefined;
  if (error.code === "stale") console.log(error.ageMs);
  // @ts-expect-error not of every error
  error.ageMs;
  return error.message;
}
