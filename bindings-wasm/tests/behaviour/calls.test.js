// The retry machine and the pager, driven by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Account, Call, Pages, read } from "qince-leads";

import { Random } from "./random.js";
import { account, EMPTY, OK, rows, SECRETS, thrownBy } from "./support.js";

const add = (options, lead = { empName: "a", code: "C1" }) => new Call(account(), "add", lead, options);
const modify = (policy) => new Call(account(), "modify", { code: "c" }, { policy });

test("an invalid payload ends a call before anything is sent", () => {
  const call = new Call(account(), "add", {});
  for (let i = 0; i < 2; i++) assert.equal(thrownBy(() => call.step(0, "m", 0)).code, "invalid_payload");
  assert.equal(call.lastAttempt, undefined);
});

test("a payload that has no JSON is refused at once", () => {
  assert.equal(thrownBy(() => add({}, { empName: Symbol("s") })).code, "invalid_payload");
  assert.equal(thrownBy(() => new Call(account(), "add_apaas", {})).code, "invalid_payload");
  assert.equal(thrownBy(() => new Pages("query_apaas", {})).code, "invalid_payload");
});

test("what happens without a request under way changes nothing", () => {
  const call = modify();
  call.failed("m", 0, "unknown");
  call.replied("m", 0, OK);
  assert.equal(call.step(0, "m", 0).type, "send");
});

test("a request is the one that an account signs", () => {
  const options = { timestampForm: "compact" };
  const { request } = add(options).step(1617206400000, "m1", 0);
  const signed = account().sign(
    "add",
    { code: "C1", empName: "a" },
    { nowMs: 1617206400000, msgId: "m1", ...options },
  );
  const shown = ({ operation, msgId, url, body, timestamp, method, headers }) => {
    return { operation, msgId, url, body, timestamp, method, headers };
  };
  assert.deepEqual(shown(request), shown(signed));
  assert.equal(request.timestamp, "20210401000000");
});

test("a call ends once and says the same ever after", () => {
  const call = modify();
  call.step(0, "m1", 0);
  call.replied("m1", 5, OK);
  const end = call.step(5, "m2", 0);
  assert.deepEqual(end, { type: "done", result: { id: "7", settled: false } });
  call.failed("m1", 6, "unknown");
  call.replied("m1", 6, EMPTY);
  assert.equal(call.step(7, "m3", 0), end);
  assert.equal(call.isInDoubt, false);
  const { url, line, ...attempt } = call.lastAttempt;
  assert.deepEqual(attempt, {
    operation: "modify",
    number: 1,
    msgId: "m1",
    status: 200,
    outcome: "ok",
    durationMs: 5,
  });
  assert.equal(line, `modify attempt 1: ok (HTTP 200) after 5 ms, msg_id m1, POST ${url}`);
});

test("delays are shortened by jitter and never overflow", () => {
  const wait = (policy, random) => {
    const call = modify({ baseDelayMs: 1000, maxDelayMs: 8000, deadlineMs: null, jitter: 0.5, ...policy });
    call.step(0, "m", random);
    call.failed("m", 0, "unknown");
    return call.step(0, "m", random).untilMs;
  };
  assert.equal(wait({}, 0), 1000);
  assert.equal(wait({}, 1), 500);
  assert.equal(wait({}, NaN), 1000);
  assert.equal(wait({ jitter: 0 }, 1), 1000);
  assert.ok(wait({ baseDelayMs: 1e300, maxDelayMs: 1e300 }, 0) > 1e18);
});

test("a jitter that is no part of a delay is refused before anything is sent", () => {
  for (const jitter of [-0.1, 1.1, 7, Infinity, NaN]) {
    const error = thrownBy(() => modify({ jitter }).step(0, "m", 0.5));
    assert.equal(error.code, "invalid_account");
    assert.match(error.message, /jitter: must be a number from 0 to 1/);
  }
});

test("a policy that is no sensible one still ends", () => {
  for (const wrong of [-1, 0, Infinity, null, "3"]) {
    const policy = {
      maxAttempts: wrong === Infinity ? 3 : wrong,
      baseDelayMs: wrong,
      maxDelayMs: wrong,
    };
    const call = modify({ ...policy, deadlineMs: 1000 });
    let now = 0;
    for (let turn = 0; ; turn++) {
      assert.ok(turn < 1000);
      let step;
      try {
        step = call.step(now, `m${turn}`, 0.5);
      } catch (error) {
        assert.equal(error.code, "transport");
        break;
      }
      if (step.type === "wait") now = Number(step.untilMs);
      else call.failed(`m${turn}`, now, "unknown");
    }
  }
});

test("a retry is signed anew, and a wait that the service asks for is kept", () => {
  const call = modify({ jitter: 0, baseDelayMs: 100 });
  const first = call.step(1000, "m1", 0).request;
  call.replied("m1", 1000, { status: 429, body: "" }, "7");
  assert.deepEqual(call.step(1000, "m2", 0), { type: "wait", untilMs: 8000 });
  const second = call.step(8000, "m2", 0).request;
  assert.deepEqual([second.msgId, second.timestamp, second.body], ["m2", "8000", first.body]);
  assert.notEqual(second.url.split("/").at(-2), first.url.split("/").at(-2));
});

test("a request that was lost track of counts as failed in an unknown way", () => {
  const call = add({ policy: { baseDelayMs: 10, jitter: 0 } });
  call.step(0, "m1", 0);
  assert.equal(call.isInDoubt, true);
  assert.deepEqual(call.step(50, "m2", 0), { type: "wait", untilMs: 60 });
  assert.equal(call.step(60, "m2", 0).request.operation, "query");
});

test("a reply of the wrong type is refused, and the request stays under way", () => {
  const call = modify();
  call.step(0, "m1", 0);
  assert.equal(thrownBy(() => call.replied("m1", 0, { status: 200, body: {} })).code, "malformed");
  call.replied("m1", 0, OK);
  assert.equal(call.step(0, "m2", 0).type, "done");
});

test("an attempt is told without secrets, and a query that settles an add by its own name", () => {
  const call = add({ policy: { baseDelayMs: 0 } });
  assert.equal(call.lastAttempt, undefined);
  call.step(1000, "m1", 0);
  call.replied("m1", 1250, { status: 503, body: "" });
  const { url, line, ...attempt } = call.lastAttempt;
  assert.ok(line.endsWith(`POST ${url}`), line);
  assert.match(url, /addSalesLeads\/\*\*\*\/1000\/\*\*\*\/m1$/);
  assert.deepEqual(attempt, {
    operation: "add",
    number: 1,
    msgId: "m1",
    status: 503,
    outcome: "http_status",
    durationMs: 250,
  });
  call.step(1250, "m2", 0);
  call.failed("m2", 1300, "not_sent");
  assert.equal(call.lastAttempt.operation, "query");
  assert.ok(!("status" in call.lastAttempt));
});

test("an add that is settled has the id of the lead that was found", () => {
  const call = add({ policy: { baseDelayMs: 0 } });
  call.step(0, "m1", 0);
  call.failed("m1", 0, "unknown");
  call.step(0, "m2", 0);
  call.replied("m2", 0, rows({ id: "8", code: "C1x" }, { id: "9", code: "C1" }));
  assert.deepEqual(call.step(0, "m3", 0).result, { id: "9", settled: true });
});

test("the cause of an error is what the transport threw", () => {
  const thrown = new Error("broken");
  const call = modify({ maxAttempts: 1 });
  call.step(0, "m", 0);
  call.failed("m", 0, "unknown", thrown);
  const { code, failure, cause } = thrownBy(() => call.step(0, "m", 0));
  assert.deepEqual([code, failure, cause], ["transport", "unknown", thrown]);
  const uncertain = add({}, { empName: "a" });
  uncertain.step(0, "m", 0);
  uncertain.failed("m", 0, "unknown", thrown);
  const error = thrownBy(() => uncertain.step(0, "m", 0));
  assert.deepEqual([error.code, error.cause.code, error.cause.cause], ["uncertain", "transport", thrown]);
});

test("a call of bytes keeps the body that was malformed", () => {
  const body = new TextEncoder().encode("<html>");
  const call = modify({ maxAttempts: 1 });
  call.step(0, "m", 0);
  call.replied("m", 0, { status: 200, body });
  assert.deepEqual(thrownBy(() => call.step(0, "m", 0)).body, body);
});

test("an add is never sent again unsettled, whatever happens", () => {
  const random = new Random(9);
  for (let i = 0; i < 1500; i++) {
    const lead = random.below(3) === 0 ? { empName: "a" } : { empName: "a", code: "C1" };
    const policy = {
      maxAttempts: random.below(6),
      baseDelayMs: random.below(2000),
      deadlineMs: random.pick([null, 9000]),
    };
    const call = add({ policy }, lead);
    let [now, isOpen, sent] = [0, false, 0];
    for (let turn = 0; ; turn++) {
      assert.ok(turn < 300);
      const msgId = `m${turn}`;
      let step;
      try {
        step = call.step(now, msgId, random.below(1000) / 1000);
      } catch (error) {
        if (isOpen) assert.equal(error.code, "uncertain");
        break;
      }
      if (step.type === "done") break;
      if (step.type === "wait") {
        assert.ok(step.untilMs > now);
        now = step.untilMs;
        continue;
      }
      sent += 1;
      const isAdd = step.request.operation === "add";
      assert.ok(!(isAdd && isOpen), "sent again in doubt");
      const event = random.below(5);
      if (event === 0) call.failed(msgId, now, "not_sent");
      else if (event === 1) call.failed(msgId, now, "unknown");
      else if (event === 2) call.replied(msgId, now, { status: 502, body: "<html>" });
      else if (event === 3) call.replied(msgId, now, { status: 429, body: "" }, String(random.below(5)));
      else call.replied(msgId, now, isAdd ? { status: 200, body: "{" } : EMPTY);
      if (isAdd) isOpen = [1, 2, 4].includes(event);
      else if (event === 4) isOpen = false;
    }
    assert.ok(sent <= 6 * 7 + 6);
  }
});

test("a reply to an earlier request changes nothing", () => {
  const call = modify({ jitter: 0, baseDelayMs: 10 });
  call.step(0, "m1", 0);
  call.failed("m1", 0, "unknown");
  assert.equal(call.step(10, "m2", 0).request.msgId, "m2");
  call.replied("m1", 20, { status: 404, body: "" });
  call.failed("m1", 20, "unknown");
  call.replied("m2", 20, OK);
  assert.equal(call.step(20, "m3", 0).result.id, "7");
});

test("a call that was saved goes on where another host stopped, and loses nothing", () => {
  const first = add({ policy: { baseDelayMs: 10 }, timestampForm: "compact" });
  first.step(0, "m1", 0);
  const saved = first.save();
  for (const secret of Object.values(SECRETS)) assert.ok(!saved.includes(secret));
  const call = Call.resume(account(), "add", saved, { baseDelayMs: 40, jitter: 0 });
  assert.equal(call.isInDoubt, true);
  assert.deepEqual(call.step(1000, "m2", 0), { type: "wait", untilMs: 1040 });
  const { request } = call.step(1040, "m2", 0);
  assert.deepEqual([request.operation, request.timestamp], ["query", "19700101080001"]);
  call.replied("m2", 1050, rows({ id: "9", code: "C1" }));
  assert.deepEqual(call.step(1050, "m3", 0).result, { id: "9", settled: true });
  assert.deepEqual(call.progress, {
    attempts: 2,
    msgId: "m2",
    mayHaveBeenCarriedOut: true,
    leadCode: "C1",
  });
  assert.equal(call.save(), undefined);
});

test("a saved request to any endpoint keeps its path, its digits and whether it may be repeated", () => {
  const other = { path: "a/b", payload: '{"n":1.10}', repeat: false };
  const call = Call.resume(account(), "other", new Call(account(), "other", other).save());
  const { request } = call.step(0, "m1", 0);
  assert.match(request.url, /\/api\/a\/b\//);
  assert.equal(request.body, '{"n":1.10}');
  call.failed("m1", 0, "unknown");
  assert.equal(thrownBy(() => call.step(0, "m2", 0)).code, "uncertain");
});

test("a saved text that is damaged, or of another operation, is malformed", () => {
  const saved = modify().save();
  const wrong = ["", "text", saved.slice(0, -1), saved.replace("modify", "remove"), undefined, 5, {}];
  for (const text of wrong) {
    assert.equal(thrownBy(() => Call.resume(account(), "modify", text)).code, "malformed", String(text));
    assert.equal(thrownBy(() => Pages.resume("query", text)).code, "malformed", String(text));
  }
  const { reason } = thrownBy(() => Call.resume(account(), "remove", saved));
  assert.match(reason, /another operation/);
  const scan = new Pages("query", { code: "c" }).save();
  assert.match(thrownBy(() => Pages.resume("queryApaas", scan)).reason, /another query/);
});

test("a call that is given up says what to report, and is over", () => {
  const inFlight = add();
  inFlight.step(0, "m1", 0);
  const error = inFlight.giveUp(5);
  assert.deepEqual([error.code, error.msgId, error.attempts], ["uncertain", "m1", 1]);
  assert.equal(inFlight.lastAttempt.outcome, "cancelled");
  assert.equal(
    thrownBy(() => inFlight.step(5, "m2", 0)),
    error,
  );
  assert.equal(inFlight.giveUp(6), undefined);

  const waiting = modify();
  waiting.step(0, "m1", 0);
  waiting.failed("m1", 0, "unknown");
  assert.equal(waiting.giveUp(5), undefined);
  assert.equal(waiting.lastAttempt.outcome, "unknown");
  assert.equal(thrownBy(() => waiting.step(5, "m2", 0)).code, "transport");

  const unsent = add();
  assert.equal(unsent.giveUp(0), undefined);
  assert.deepEqual(unsent.progress, { attempts: 0, mayHaveBeenCarriedOut: false, leadCode: "C1" });
});

test("the body of an error is the one that it is about", () => {
  const call = add({ policy: { maxAttempts: 2, resendAdds: false, baseDelayMs: 0, jitter: 0 } });
  call.step(0, "m1", 0);
  call.replied("m1", 0, { status: 200, body: "<html>" });
  call.step(0, "m2", 0);
  call.replied("m2", 0, EMPTY);
  const { cause } = thrownBy(() => call.step(0, "m3", 0));
  assert.deepEqual([cause.code, new TextDecoder().decode(cause.body)], ["malformed", "<html>"]);
});

test("a scan that was saved goes on in another host, and hands out each lead once", () => {
  const page = (...ids) => read("query", rows(...ids.map((id) => ({ id }))));
  const first = new Pages("query", { code: "c", pageSize: 2 });
  first.take(page("1", "2"));
  const pages = Pages.resume("query", first.save());
  assert.deepEqual(pages.nextQuery(), { code: "c", page: 2, pageSize: 2 });
  assert.deepEqual(
    pages.take(page("1", "3")).map(({ id }) => id),
    ["3"],
  );
  pages.take(page());
  assert.equal(pages.save(), undefined);
});

test("a pager asks page by page, and hands out what shifted once", () => {
  const pages = new Pages("query", { code: "c", pageSize: 2 });
  const page = (...ids) => read("query", rows(...ids.map((id) => ({ id }))));
  assert.deepEqual(pages.nextQuery(), { code: "c", page: 1, pageSize: 2 });
  assert.deepEqual(
    pages.take(page("1", "2")).map(({ id }) => id),
    ["1", "2"],
  );
  assert.deepEqual(pages.nextQuery(), { code: "c", page: 2, pageSize: 2 });
  assert.deepEqual(
    pages.take(page("2", "3")).map(({ id }) => id),
    ["3"],
  );
  assert.deepEqual(pages.take(read("query", EMPTY)), []);
  assert.equal(pages.nextQuery(), undefined);
});

test("pages that do not turn end a scan with an error", () => {
  const pages = new Pages("queryApaas", { code: "c" });
  pages.nextQuery();
  const page = read("queryApaas", rows({ id: "1" }));
  for (const leads of [page.leads, [], []]) {
    assert.deepEqual(pages.take(page), leads);
    pages.nextQuery();
  }
  assert.equal(thrownBy(() => pages.take(page)).code, "malformed");
  assert.equal(pages.nextQuery(), undefined);
});

test("leads without an id are told apart by all that they say, long numbers among it", () => {
  const pages = new Pages("query", { code: "c" });
  const page = (...numbers) => {
    const leads = numbers.map((number) => `{"n":${number}}`);
    return read("query", { status: 200, body: `{"return_code":0,"response_data":[${leads}]}` });
  };
  pages.nextQuery();
  assert.equal(pages.take(page("12345678901234567890", "12345678901234567891")).length, 2);
  pages.nextQuery();
  assert.equal(pages.take(page("12345678901234567891", "12345678901234567892")).length, 1);
});

test("a BigInt of a query keeps its digits from page to page", () => {
  const pages = new Pages("query", { code: "c", extra: { n: 12345678901234567890n } });
  pages.nextQuery();
  pages.take({ leads: [{ id: "1" }] });
  const query = pages.nextQuery();
  assert.equal(
    new Account(SECRETS).sign("query", query).body,
    '{"code":"c","page":2,"pageSize":1000,"n":12345678901234567890}',
  );
});
