import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { ACKNOWLEDGEMENT, PUSH } from "./push.mjs";

const { handler, results } = createRequire(import.meta.url)(process.argv[2]);
const base64 = Buffer.from(PUSH).toString("base64");
const forms = [
  { body: base64, isBase64Encoded: true },
  { body: PUSH, isBase64Encoded: false },
];
const checked = await results();
for (const form of forms) assert.equal((await handler(form)).body, ACKNOWLEDGEMENT);
await assert.rejects(handler({ body: base64, isBase64Encoded: false }), /base64/);
console.log(JSON.stringify(checked));
