import * as qince from "qince-leads";
import * as testing from "qince-leads/testing";

async function main(): Promise<void> {
  const { check } = await import("./check.mjs");
  console.log(JSON.stringify(await check(qince, testing)));
}

void main();
