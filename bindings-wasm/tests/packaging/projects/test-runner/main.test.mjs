import { writeFileSync } from "node:fs";
import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";
import { check } from "./check.mjs";

test("all checks are made", async () => {
  writeFileSync("results.json", JSON.stringify(await check(qince, testing)));
});
