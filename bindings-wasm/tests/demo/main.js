// The main job, end to end, against a running sandbox that the `QINCE_…` environment variables name: seven
// operations, a scan, refusals, an uncertain add that is settled, and a push. What is not as it should be
// ends it with an error.

import * as operations from "./operations.js";
import * as push from "./push.js";
import * as refusals from "./refusals.js";
import * as scan from "./scan.js";
import * as screen from "./screen.js";
import { Stage } from "./stage.js";
import * as uncertain from "./uncertain.js";

const STEPS = [
  ["Seven operations, with the vendor's own samples", operations.show],
  ["2,500 leads, page by page", scan.show],
  ["A payload with four faults: refused before anything is sent", refusals.showInvalid],
  ["A code that exists already: refused by the service", refusals.showRejected],
  ["The reply to an add is lost: the add is settled, not repeated", uncertain.show],
  ["A follow-up is pushed to a webhook, and a forged one turned away", push.show],
];

async function main() {
  const stage = await Stage.set();
  screen.title(stage.baseUrl);
  for (const [i, [title, show]] of STEPS.entries()) {
    screen.step(i + 1, title);
    await show(stage).catch((error) => {
      throw new Error(`step ${i + 1} is not as it should be: ${error.message}`, { cause: error });
    });
  }
  console.log(`\n${stage.summary()}`);
}

try {
  await main();
} catch (error) {
  console.error(`\nerror: ${error.message}`);
  process.exitCode = 1;
}
