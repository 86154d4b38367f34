// How much memory many small calls leave behind.

import { ADD_LEAD, REPLY } from "./data.js";
import { Account, read } from "./package.js";

const CALLS = 100_000;
const MEGABYTE = 2 ** 20;

/** By how many megabytes a warm process grows in 100,000 requests and replies. */
export function growth() {
  const account = new Account({ openid: "openid", appKey: "app key" });
  const repeat = (times) => {
    for (let i = 0; i < times; i++) {
      account.sign("add", ADD_LEAD);
      read("query", { status: 200, body: REPLY });
    }
  };
  repeat(CALLS / 5);
  const before = process.memoryUsage().rss;
  repeat(CALLS);
  return (process.memoryUsage().rss - before) / MEGABYTE;
}
