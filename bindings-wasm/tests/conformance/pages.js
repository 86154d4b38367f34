// The pager, page by page.

import { isQinceError, Pages, read } from "qince-leads";

import { compare } from "./compare.js";
import { errorOf } from "./reply.js";
import { any, check, flag, head, list, listOf, nullOr, object, operationOf, text } from "./shape.js";

const SHAPE = { ...head, op: text, payload: any, script: list };
const EVENT = { "expect?": object, "give?": object, "resume?": flag };
const GIVEN = { ids: listOf(nullOr(text)) };

export function run(test) {
  check("the case", test, SHAPE);
  const operation = operationOf(test.op);
  if (!operation.startsWith("query")) throw new Error(`\`${test.op}\` has no pages`);
  if (test.script.at(-1)?.expect === undefined) throw new Error("the script does not end in an `expect`");
  let pages = new Pages(operation, test.payload);
  const state = { taken: undefined, isAsked: false };
  for (const [i, event] of test.script.entries()) {
    check(`event ${i}`, event, EVENT);
    if (Object.keys(event).length !== 1) throw new Error(`event ${i} must either expect, give or resume`);
    if (event.expect !== undefined) {
      compare(event.expect, came(pages, state), i);
      continue;
    }
    if (event.resume !== undefined) {
      pages = Pages.resume(operation, pages.save());
      continue;
    }
    check(`event ${i}`, event.give, GIVEN);
    if (!state.isAsked) throw new Error(`event ${i}: no page was asked for`);
    state.isAsked = false;
    state.taken = take(pages, pageOf(operation, event.give.ids));
  }
}

function take(pages, page) {
  try {
    const leads = pages.take(page).map((lead) => lead.id);
    // An empty page ends the scan; one of leads that were handed out before does not.
    return page.leads.length > 0 ? { leads: leads.filter((id) => id !== undefined) } : undefined;
  } catch (error) {
    if (isQinceError(error)) return { error: errorOf(error) };
    throw error;
  }
}

function came(pages, state) {
  const { taken } = state;
  state.taken = undefined;
  if (taken !== undefined) return taken;
  const query = pages.nextQuery();
  if (query === undefined) return { end: true };
  state.isAsked = true;
  return { page: query.page, page_size: query.pageSize };
}

function pageOf(operation, ids) {
  const reply = { return_code: "0", response_data: ids.map((id) => ({ id })) };
  return read(operation, { status: 200, body: JSON.stringify(reply) });
}
