// What is read and signed: the vendor's samples.

import { readFileSync } from "node:fs";

/** How many leads a page holds. */
export const LEADS = 1000;

/** The vendor's lead that is added. */
export const ADD_LEAD = sample("add");

/** The vendor's lead, as a page holds it. */
export const LEAD = sample("lead");

/** A page of leads as the service sends it: JSON text inside a JSON string. */
export const PAGE = flat(
  JSON.stringify({ return_code: "0", return_msg: "", msg_id: "m", response_data: JSON.stringify(leads()) }),
);

/** A small reply to a query. */
export const REPLY = JSON.stringify({
  return_code: "0",
  response_data: JSON.stringify([{ id: LEAD.id, cus_name: LEAD.cus_name, exts: LEAD.exts }]),
});

function leads() {
  const first = BigInt(LEAD.id);
  return Array.from({ length: LEADS }, (_, i) => ({ ...LEAD, id: String(first + BigInt(i)) }));
}

/** The text in one piece, as it comes from the network: none of the contenders is to pay for joining it. */
function flat(text) {
  return Buffer.from(text).toString();
}

function sample(name) {
  const file = new URL(`../../tests/samples/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}
