async function main() {
  const { check } = await import("./check.mjs");
  const qince = require("qince-leads");
  console.log(JSON.stringify(await check(qince)));
}

main();
