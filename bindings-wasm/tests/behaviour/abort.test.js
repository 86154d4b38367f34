// Calls that are given up, before, during and between their attempts.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { UncertainError } from "qince-leads";

import {
  EMPTY,
  OK,
  outcomes,
  rejectionOf,
  reply,
  response,
  rows,
  scripted,
  soon,
  unanswered,
} from "./support.js";

const lead = { empName: "a", code: "C1" };
const reason = new Error("enough");

/** A signal that aborts once a request is under way. */
function duringRequest(controller) {
  return (url, init) => {
    setTimeout(() => controller.abort(reason), 10);
    return unanswered(url, init);
  };
}

test("a call that is given up before it begins sends nothing", async () => {
  const { leads, sent } = scripted([OK]);
  const signal = AbortSignal.abort(reason);
  for (const call of [
    () => leads.add(lead, { signal }),
    () => leads.query({ code: "c" }, { signal }).toArray(),
  ]) {
    assert.equal(await rejectionOf(call()), reason);
  }
  assert.equal(sent.length, 0);
});

test("an add that is given up in flight is uncertain, with the reason as its cause", async () => {
  for (const payload of [lead, { empName: "a" }]) {
    const controller = new AbortController();
    const { leads } = scripted([duringRequest(controller)]);
    const error = await rejectionOf(leads.add(payload, { signal: controller.signal }));
    assert.ok(error instanceof UncertainError);
    assert.equal(error.cause, reason);
  }
});

test("a call that an observer gives up does not wait any more", async () => {
  const controller = new AbortController();
  const { leads } = scripted([() => response(reply("", 429), { "Retry-After": "20" })], {
    onAttempt: () => controller.abort(reason),
  });
  assert.equal(await rejectionOf(soon(leads.add(lead, { signal: controller.signal }))), reason);
});

test("many calls with one signal give it one listener, and take it away again", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const { leads } = scripted(Array(20).fill(unanswered), { maxConcurrent: 15 });
  const calls = Array.from({ length: 20 }, () => rejectionOf(leads.modify({ code: "c" }, { signal })));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(reason);
  for (const error of await Promise.all(calls)) assert.equal(error, reason);
  const { signal: kept } = new AbortController();
  await scripted([OK]).leads.modify({ code: "c" }, { signal: kept });
  assert.equal(getEventListeners(kept, "abort").length, 0);
});

test("anything else that is given up in flight ends with the reason itself", async () => {
  const calls = [
    (leads, signal) => leads.query({ code: "c" }, { signal }).toArray(),
    (leads, signal) => leads.modify({ code: "c" }, { signal }),
    (leads, signal) => leads.remove({ code: "c" }, { signal }),
  ];
  for (const call of calls) {
    const controller = new AbortController();
    const { leads, sent } = scripted([duringRequest(controller)]);
    assert.equal(await rejectionOf(call(leads, controller.signal)), reason);
    assert.equal(sent[0].signal.aborted, true);
  }
});

test("a reason that is no error is handed on as it is", async () => {
  for (const given of [null, "text", 0, false]) {
    const controller = new AbortController();
    const { leads } = scripted([
      (url, init) => {
        setTimeout(() => controller.abort(given), 5);
        return unanswered(url, init);
      },
    ]);
    const modified = leads.modify({ code: "c" }, { signal: controller.signal });
    assert.equal(
      await modified.then(
        () => "done",
        (thrown) => thrown,
      ),
      given,
    );
  }
});

test("a call that is given up between its attempts waits no longer", async () => {
  const cases = [
    [{ code: "c" }, "modify", (error) => assert.equal(error, reason)],
    [lead, "add", (error) => assert.deepEqual([error.code, error.cause], ["uncertain", reason])],
  ];
  for (const [payload, operation, check] of cases) {
    const controller = new AbortController();
    const { leads, sent } = scripted([reply("", 503)], { policy: { baseDelayMs: 30_000, jitter: 0 } });
    setTimeout(() => controller.abort(reason), 20);
    const before = Date.now();
    check(await rejectionOf(leads[operation](payload, { signal: controller.signal })));
    assert.ok(Date.now() - before < 5000);
    assert.equal(sent.length, 1);
  }
});

test("an add that surely was not carried out ends with the reason itself", async () => {
  const controller = new AbortController();
  const { leads } = scripted([reply("", 429)], { policy: { baseDelayMs: 30_000 } });
  setTimeout(() => controller.abort(reason), 20);
  assert.equal(await rejectionOf(leads.add(lead, { signal: controller.signal })), reason);
});

test("an add that is given up while it is settled is uncertain", async () => {
  const controller = new AbortController();
  const { leads, attempts } = scripted([new Error("broken"), duringRequest(controller)]);
  const error = await rejectionOf(leads.add(lead, { signal: controller.signal }));
  assert.deepEqual([error.code, error.cause], ["uncertain", reason]);
  assert.deepEqual(outcomes(attempts), ["add unknown", "query cancelled"]);
});

test("the attempt that was cut off is told to the observer", async () => {
  const controller = new AbortController();
  const { leads, attempts } = scripted([duringRequest(controller)]);
  await rejectionOf(leads.modify({ code: "c" }, { signal: controller.signal }));
  const [{ outcome, operation, msgId, status }] = attempts;
  assert.deepEqual([attempts.length, operation, outcome, status], [1, "modify", "cancelled", undefined]);
  assert.match(msgId, /^[-0-9a-f]{36}$/);
});

test("the error of an add that is given up says which request it was", async () => {
  const controller = new AbortController();
  const { leads, sent } = scripted([duringRequest(controller)]);
  const error = await rejectionOf(leads.add(lead, { signal: controller.signal }));
  assert.match(error.message, /it may or may not have been carried out/);
  assert.deepEqual([error.attempts, error.mayHaveBeenCarriedOut], [1, true]);
  assert.equal(error.msgId, sent[0].url.split("/").at(-1));
});

test("an add that was carried out is not lost to a signal that comes after its reply", async () => {
  const controller = new AbortController();
  const { leads } = scripted([OK], { onAttempt: () => controller.abort(reason) });
  const receipt = await leads.add(lead, { signal: controller.signal }).catch((error) => error);
  assert.ok(receipt.id === "7" || receipt instanceof UncertainError, String(receipt));
});

test("a fetch that passes its signal over does not keep a call from being given up", async () => {
  const controller = new AbortController();
  const { leads } = scripted([() => new Promise(() => {})], { timeoutMs: 2000 });
  setTimeout(() => controller.abort(reason), 10);
  const modified = leads.modify({ code: "c" }, { signal: controller.signal });
  assert.equal(await rejectionOf(soon(modified)), reason);
});

test("a signal that is used again and again keeps no listeners", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const counts = [];
  for (const name of ["addEventListener", "removeEventListener"]) {
    const own = signal[name].bind(signal);
    signal[name] = (...args) => {
      counts.push(name);
      return own(...args);
    };
  }
  for (let i = 0; i < 20; i++) {
    const { leads } = scripted([reply("", 503), new Error("broken"), OK, rows({ id: "1" }), EMPTY]);
    await leads.modify({ code: "c" }, { signal });
    await leads.query({ code: "c" }, { signal }).toArray();
    assert.equal(getEventListeners(signal, "abort").length, 0);
  }
  const added = counts.filter((name) => name === "addEventListener").length;
  assert.ok(added >= 20 * 5, `${added} listeners were added`);
});

test("a call that was given up leaves no listener and no timer", async () => {
  const controller = new AbortController();
  const { leads } = scripted([duringRequest(controller)], { timeoutMs: 600_000 });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  await rejectionOf(leads.modify({ code: "c" }, { signal: controller.signal }));
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  assert.ok(timers() <= before);
});

test("one signal gives up all calls that it was handed to", async () => {
  const controller = new AbortController();
  const { leads } = scripted([unanswered, unanswered, unanswered]);
  const calls = ["a", "b", "c"].map((code) =>
    rejectionOf(leads.modify({ code }, { signal: controller.signal })),
  );
  setTimeout(() => controller.abort(reason), 10);
  assert.deepEqual(await Promise.all(calls), [reason, reason, reason]);
});
