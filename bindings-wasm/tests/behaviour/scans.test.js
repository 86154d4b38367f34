// Scans over all pages.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, OK, outcomes, rejectionOf, reply, rows, scripted } from "./support.js";

const page = (...ids) => rows(...ids.map((id) => ({ id })));
const asked = ({ sent }) => sent.map(({ body }) => JSON.parse(body).page);

async function collect(leads) {
  const ids = [];
  for await (const lead of leads) ids.push(lead.id);
  return ids;
}

test("leads come page by page, each once, until a page is empty", async () => {
  const client = scripted([page("1", "2"), page("2", "3"), page("4"), EMPTY]);
  assert.deepEqual(await collect(client.leads.query({ code: "c", pageSize: 2 })), ["1", "2", "3", "4"]);
  assert.deepEqual(asked(client), [1, 2, 3, 4]);
});

test("a scan may be taken as pages, or whole", async () => {
  const script = [page("1", "2"), page("2"), page("3"), EMPTY];
  const pages = [];
  const first = scripted([page("1", "2"), page("3"), EMPTY]);
  for await (const { leads } of first.leads.queryApaas({ code: "c" }).pages()) pages.push(leads.length);
  assert.deepEqual(pages, [2, 1]);
  const second = scripted([script[0], script[2], EMPTY]);
  assert.equal((await second.leads.query({ code: "c" }).toArray()).length, 3);
});

test("nothing is sent before the first lead is asked for, and no page beyond the last", async () => {
  const client = scripted([page("1", "2"), page("3")]);
  const scan = client.leads.query({ code: "c" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(asked(client), []);
  for await (const lead of scan) {
    if (lead.id === "2") break;
  }
  assert.deepEqual(asked(client), [1]);
});

test("a scan that is begun again begins at its first page", async () => {
  const client = scripted([page("1"), EMPTY, page("1"), EMPTY]);
  const scan = client.leads.query({ code: "c" });
  assert.deepEqual([await collect(scan), await collect(scan)], [["1"], ["1"]]);
  assert.deepEqual(asked(client), [1, 2, 1, 2]);
});

test("a scan begins at the page that the query names", async () => {
  const client = scripted([page("9"), EMPTY]);
  await collect(client.leads.query({ code: "c", page: 5, pageSize: 10 }));
  assert.deepEqual(asked(client), [5, 6]);
});

test("a page that fails is tried again without losing a lead", async () => {
  const client = scripted([page("1"), reply("", 500), reply("{"), page("2"), EMPTY]);
  assert.deepEqual(await collect(client.leads.query({ code: "c" })), ["1", "2"]);
  assert.deepEqual(outcomes(client.attempts).length, 5);
});

test("a page that fails for good ends the scan behind the leads that came", async () => {
  const client = scripted([page("1"), reply('{"return_code":"5"}')]);
  const ids = [];
  const error = await rejectionOf(
    (async () => {
      for await (const lead of client.leads.query({ code: "c" })) ids.push(lead.id);
    })(),
  );
  assert.deepEqual([ids, error.returnCode], [["1"], "5"]);
});

test("a service that does not turn its pages ends the scan with an error", async () => {
  const client = scripted([page("1"), page("1"), page("1"), page("1"), OK]);
  assert.equal((await rejectionOf(collect(client.leads.query({ code: "c" })))).code, "malformed");
  assert.equal(client.sent.length, 4);
});

test("leads without an id that hold long numbers are handed out", async () => {
  const lead = reply('{"return_code":"0","response_data":[{"n":12345678901234567890}]}');
  const client = scripted([lead, EMPTY]);
  assert.equal((await client.leads.query({ code: "c" }).toArray())[0].extra.n, 12345678901234567890n);
});

test("a page says what of it is not as documented, also where no lead of it is new", async () => {
  const script = [rows({ id: "1", linkman: {} }, 5), rows({ id: "1" }, "x"), EMPTY];
  const pages = [];
  for await (const page of scripted(script).leads.query({ code: "c" }).pages()) pages.push(page);
  const seen = pages.map(({ leads, faults }) => [leads.length, faults.map(({ path }) => path)]);
  assert.deepEqual(seen, [
    [1, ["[0].linkman", "[1]"]],
    [0, ["[1]"]],
  ]);
});

test("two scans at once do not meet", async () => {
  const answer = async (_url, { body }) => {
    const { code, page: number } = JSON.parse(body);
    const { body: text } = number < 4 ? page(`${code}${number}`) : EMPTY;
    return new Response(text);
  };
  const client = scripted(Array.from({ length: 8 }, () => answer));
  const scans = ["a", "b"].map((code) => collect(client.leads.query({ code })));
  assert.deepEqual(await Promise.all(scans), [
    ["a1", "a2", "a3"],
    ["b1", "b2", "b3"],
  ]);
});
