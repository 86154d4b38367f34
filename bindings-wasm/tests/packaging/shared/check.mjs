// What every project checks. It knows no platform: a project hands it the package and reports the results.

import { ACKNOWLEDGEMENT, PUSH } from "./push.mjs";

// Signed with "app-key" by Python's hashlib, as the push is: without code of the SDK.
const URL_OF_ADD =
  "https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/open%20id/1617206400000/" +
  "79dec574b088b5f893a05860395b3285/m-1";
const BODY_OF_ADD = '{"empName":"负责人","code":"L-1","cus_name":"示例公司 \\"A\\""}';

const PAGE =
  '{"return_code":"0","return_msg":null,"response_data":' +
  '[{"id":"6789690485561771524","cus_name":"示例公司"},{"id":"2","code":"L-2"}]}';
const LEADS = [
  { id: "6789690485561771524", cus_name: "示例公司" },
  { id: "2", code: "L-2" },
];

const ACCOUNT = { openid: "open id", appKey: "app-key", allowKeyInBrowser: true };

const made = countWebAssembly();

const CHECKS = {
  "importing makes no module and no instance": () => {
    equal(made, { modules: 0, instances: 0 });
  },

  "the first use makes one instance": ({ Account }) => {
    new Account(ACCOUNT);
    equal(made.instances, 1);
  },

  "a payload is signed": ({ Account }) => {
    const payload = { cus_name: '示例公司 "A"', code: "L-1", empName: "负责人" };
    const request = new Account(ACCOUNT).sign("add", payload, { nowMs: 1617206400000, msgId: "m-1" });
    equal(request.url, URL_OF_ADD);
    equal(request.body, BODY_OF_ADD);
    equal(request.method, "POST");
    equal(request.headers, { "Content-Type": "application/json" });
  },

  "a faulty payload is refused": ({ Account, InvalidPayloadError, isQinceError, QinceError }) => {
    const payload = { empName: "负责人", cus_nam: "x", code: "x".repeat(101) };
    const error = thrown(() => new Account(ACCOUNT).sign("add", payload));
    equal(
      error instanceof InvalidPayloadError && error instanceof QinceError && error instanceof Error,
      true,
    );
    equal(error.code, "invalid_payload");
    equal(error.violations.map(({ path, rule }) => `${path}: ${rule}`).sort(), [
      "code: max_length",
      "cus_nam: unknown_field",
    ]);
    equal([isQinceError(error), isQinceError(error, "invalid_payload")], [true, true]);
    equal([isQinceError(error, "rejected"), isQinceError(new Error("x"))], [false, false]);
  },

  "a page is read from text": ({ read }) => {
    equal(read("query", { status: 200, body: PAGE }), { leads: LEADS, faults: [] });
  },

  "a page is read from bytes": ({ read }) => {
    const page = read("query", { status: 200, body: bytes(PAGE) });
    equal(page, { leads: LEADS, faults: [] });
  },

  "a rejection is read": ({ read, RejectedError }) => {
    const body = '{"return_code":"1","return_msg":"线索编码重复","msg_id":"m-1"}';
    const error = thrown(() => read("add", { status: 200, body }));
    equal(error instanceof RejectedError, true);
    equal([error.returnCode, error.returnMsg, error.echoedMsgId], ["1", "线索编码重复", "m-1"]);
  },

  "a push is verified at once, and acknowledged": ({ verifyPush, acknowledge }) => {
    const event = verifyPush(PUSH, { secrets: ["old-secret", "push-secret"], maxAgeMs: null });
    equal([event.type, event.msgId, event.timestampMs], ["follow_up", "P-1", 1617206400000]);
    equal(event.data, { lead_ID: "SK202101090003", lead_name: "示例公司" });
    equal(acknowledge(event), ACKNOWLEDGEMENT);
  },

  "a push is verified as the bytes that came": ({ verifyPush }) => {
    equal(verifyPush(bytes(PUSH), { secrets: "push-secret", maxAgeMs: null }).data.lead_name, "示例公司");
  },

  "a forged push is refused": ({ verifyPush, BadSignatureError }) => {
    const forged = PUSH.replace("SK202101090003", "SK202101090004");
    const error = thrown(() => verifyPush(forged, { secrets: "push-secret", maxAgeMs: null }));
    equal(error instanceof BadSignatureError, true);
    equal(error.code, "bad_signature");
  },

  "a call that fails is tried again": async ({ QinceLeads }) => {
    const { leads, sent, outcomes } = client(QinceLeads, [
      () => {
        throw new TypeError("the connection broke");
      },
      () => '{"return_code":"0","return_msg":null,"msg_id":"m-2"}',
    ]);
    const receipt = await leads.modify({ id: "6789690485561771524", cus_name: "示例公司" });
    equal(receipt, { msgId: "m-2", settled: false });
    equal(
      sent.map(({ body }) => body),
      Array(2).fill('{"id":6789690485561771524,"cus_name":"示例公司"}'),
    );
    equal(sent[0].url === sent[1].url, false);
    equal(outcomes, ["unknown", "ok"]);
  },

  "a query is read to its end": async ({ QinceLeads }) => {
    const { leads, sent } = client(QinceLeads, [() => PAGE, () => '{"return_code":"0","response_data":[]}']);
    const found = [];
    for await (const lead of leads.query({ create_time_start: "2026-01-01" })) found.push(lead);
    equal(found, LEADS);
    equal(
      sent.map(({ body }) => JSON.parse(body).page),
      [1, 2],
    );
  },

  "all of this took one instance": () => {
    equal(made.instances, 1);
  },

  "a push that is signed for tests is verified": ({ verifyPush }, { signPush }) => {
    const push = signPush({ msgId: "P-1", data: { lead_ID: "1" }, timestampMs: 5 }, "push-secret");
    const event = verifyPush(push, { secrets: "push-secret", maxAgeMs: null });
    equal([event.msgId, event.timestampMs, event.data], ["P-1", 5, { lead_ID: "1" }]);
  },
};

/**
 * Makes all checks of the package and its part for tests, in order, and says of each what came of it: its name, and the
 * error where it failed.
 */
export async function check(qince, testing) {
  const results = [];
  for (const [name, run] of Object.entries(CHECKS)) {
    try {
      await run(qince, testing);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: `${error}\n${error?.stack}` });
    }
  }
  return results;
}

/** Counts the modules and instances that are made from now on. Import this file before the package. */
function countWebAssembly() {
  const counts = { modules: 0, instances: 0 };
  const watch = (name, trap, ...counters) => {
    const original = WebAssembly[name];
    if (original === undefined) return;
    WebAssembly[name] = new Proxy(original, {
      [trap](...args) {
        for (const counter of counters) counts[counter] += 1;
        return Reflect[trap](...args);
      },
    });
  };
  watch("Module", "construct", "modules");
  watch("Instance", "construct", "instances");
  watch("compile", "apply", "modules");
  watch("compileStreaming", "apply", "modules");
  watch("instantiate", "apply", "modules", "instances");
  watch("instantiateStreaming", "apply", "modules", "instances");
  return counts;
}

/** A client whose `fetch` gives these answers, one after the other. */
function client(QinceLeads, answers) {
  const sent = [];
  const outcomes = [];
  const leads = new QinceLeads({
    ...ACCOUNT,
    policy: { baseDelayMs: 1 },
    onAttempt: ({ outcome }) => outcomes.push(outcome),
    fetch: async (url, { body }) => {
      const answer = answers[sent.length];
      sent.push({ url, body: typeof body === "string" ? body : await body.text() });
      return response(answer());
    },
  });
  return { leads, sent, outcomes };
}

/** A response, also where there is no such class, as in Jest's jsdom. */
function response(text) {
  if (typeof Response === "function") return new Response(text);
  return { status: 200, headers: new Map(), arrayBuffer: async () => bytes(text) };
}

/** The bytes of a text: where there is a `Buffer`, that, which may be of another realm. */
function bytes(text) {
  return typeof Buffer === "function" ? Buffer.from(text) : new TextEncoder().encode(text);
}

function thrown(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

function equal(actual, expected) {
  const [is, wanted] = [canonical(actual), canonical(expected)];
  if (is !== wanted) throw new Error(`is ${is} and not ${wanted}`);
}

/** The order of members says nothing. */
function canonical(value) {
  return JSON.stringify(value, (_, part) => {
    const isObject = part !== null && typeof part === "object" && !Array.isArray(part);
    return isObject ? Object.fromEntries(Object.entries(part).sort()) : part;
  });
}
