// Adding many leads at once over HTTP, by this package with all its defaults and by a bare `fetch`, ten at a time.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { ADD_LEAD } from "./data.js";
import { QinceLeads } from "./package.js";

const ADDS = 2000;
const AT_ONCE = 10;
const ROUNDS = 7;

/** The time that this package takes, in that of a bare `fetch`: the median of rounds, in which both are measured. */
export async function ratio() {
  const worker = new Worker(new URL("server.js", import.meta.url));
  const [port] = await once(worker, "message");
  const baseUrl = `http://127.0.0.1:${port}`;
  const leads = new QinceLeads({ openid: "o", appKey: "k", baseUrl });
  const ours = () => Promise.all(Array.from({ length: ADDS }, () => leads.add(ADD_LEAD)));
  const bare = () => tenAtOnce(() => add(`${baseUrl}/api/salesleads/v1/addSalesLeads/o/0/d/m`));
  for (const run of [ours, bare]) await run();
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = round % 2 === 0 ? [ours, bare] : [bare, ours];
    const times = new Map([
      [ours, 0],
      [bare, 0],
    ]);
    for (const run of [first, second, second, first]) times.set(run, times.get(run) + (await timed(run)));
    ratios.push(times.get(ours) / times.get(bare));
  }
  await worker.terminate();
  return ratios.sort((a, b) => a - b)[(ROUNDS - 1) / 2];
}

async function tenAtOnce(add) {
  let left = ADDS;
  const work = async () => {
    while (left-- > 0) await add();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What one writes by hand: a time-out, no signature, nothing checked. */
async function add(url) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(ADD_LEAD), signal });
  assert.equal(JSON.parse(await response.text()).return_code, "0");
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
