import * as qince from "qince-leads";

async function main(): Promise<void> {
  const { check } = await import("./check.mjs");
  console.log(JSON.stringify(await check(qince)));
}

void main();
