// How this package compares with its peers: ratios of time, never absolute times.
// `cargo xtask bench` takes them with `--json`.

import * as adding from "./adding.js";
import { growth } from "./memory.js";
import { ratioOf } from "./pairs.js";
import * as ajv from "./peers/ajv.js";
import * as valibot from "./peers/valibot.js";
import * as zod from "./peers/zod.js";
import * as reading from "./reading.js";
import * as signing from "./signing.js";
import { table } from "./table.js";

const CONTESTS = [
  ["reading a page", "JSON.parse twice", reading.ours, reading.bare, { at_most: 1 }],
  ["reading a page", "JSON.parse twice, zod", reading.ours, reading.checked(zod), { aim_below: 0.5 }],
  ["reading a page", "JSON.parse twice, valibot", reading.ours, reading.checked(valibot)],
  ["reading a page", "JSON.parse twice, ajv", reading.ours, reading.checked(ajv)],
  ["signing an add", "by hand", signing.ours, signing.bare, { aim_below: 1 }],
  ["signing an add", "zod, by hand", signing.ours, signing.checked(zod)],
  ["signing an add", "valibot, by hand", signing.ours, signing.checked(valibot)],
  ["signing an add", "ajv, by hand", signing.ours, signing.checked(ajv)],
];

const isJson = process.argv.includes("--json");
// A ratio is what the array holds, and this is none.
const grown = isJson ? undefined : growth();
const ratios = CONTESTS.map(([what, against, ours, peer, bound]) => {
  const ratio = ratioOf(ours, peer);
  return { what, against, ratio, bound: bound ?? null };
});
ratios.push({
  what: "2,000 adds at once",
  against: "fetch, ten at once",
  ratio: await adding.ratio(),
  bound: { aim_below: 1.5 },
});
if (isJson) {
  const rows = ratios.map(({ what, against, ratio, bound }) => ({ what, against, cost: ratio, ...bound }));
  console.log(JSON.stringify(rows));
} else {
  console.log(table(ratios));
  console.log(`\n100,000 requests and replies: memory grows by ${grown.toFixed(1)} MB`);
}
