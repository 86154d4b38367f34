async function main() {
  const { check } = await import("./check.mjs");
  const qince = require("qince-leads");
  const testing = require("qince-leads/testing");
  console.log(JSON.stringify(await check(qince, testing)));
}

main();
