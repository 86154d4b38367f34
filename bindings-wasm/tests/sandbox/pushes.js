// The service pushes: each event is handled once, and nothing forged ever.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { environment, Sandbox, Webhook } from "./support.js";

const sandbox = new Sandbox();

/** Serves a webhook for as long as something runs. */
async function listening(handle, run, secrets) {
  const webhook = await new Webhook(handle, secrets).start();
  try {
    await run(webhook.url);
  } finally {
    webhook.stop();
  }
}

describe("pushes", () => {
  beforeEach(() => sandbox.forget());

  test("a follow-up is verified, handled and acknowledged", async () => {
    const events = [];
    await listening(
      (event) => events.push(event),
      async (url) => {
        const followUp = {
          lead_code: "D1",
          lead_name: "示例公司 & Co = 100%+",
          activity_content: "客户\n很感兴趣😀",
        };
        const [delivery] = await sandbox.push({ url, count: 1, follow_up: followUp });
        assert.deepEqual([delivery.http_status, delivery.acknowledged], [200, true]);
        const [event] = events;
        assert.deepEqual([event.type, event.msgId, event.redelivery], ["follow_up", delivery.msg_id, false]);
        for (const [name, value] of Object.entries(followUp)) assert.equal(event.data[name], value);
        assert.ok(Math.abs(event.timestampMs - Date.now()) < 60_000);
      },
    );
  });

  test("pushes that come twice, in any order and with forged ones among them are handled once", async () => {
    const handled = [];
    await listening(
      ({ msgId }) => handled.push(msgId),
      async (url) => {
        const order = { url, count: 200, repeat: 0.3, tamper: 0.3, shuffle: true, seed: 5 };
        const deliveries = await sandbox.push(order);
        const [forged, genuine] = [true, false].map((kind) =>
          deliveries.filter((one) => one.forged === kind),
        );
        assert.ok(forged.length > 20 && genuine.length > 220, `${forged.length} and ${genuine.length}`);
        for (const { http_status: status, answer } of forged) assert.deepEqual([status, answer], [401, ""]);
        for (const { acknowledged } of genuine) assert.equal(acknowledged, true);
        assert.equal(handled.length, 200);
        assert.deepEqual(new Set(handled), new Set(genuine.map((one) => one.msg_id)));
        assert.ok((await sandbox.journal()).every(({ acknowledged }) => acknowledged));
      },
    );
  });

  test("an event that could not be handled is refused, and comes again as a redelivery", async () => {
    const handled = [];
    const failing = (event) => {
      handled.push(event);
      if (handled.length % 2 === 1) throw new Error("暂时无法处理");
    };
    await listening(failing, async (url) => {
      const first = await sandbox.push({ url, count: 1 });
      assert.deepEqual(
        [first[0].acknowledged, JSON.parse(first[0].answer).return_msg],
        [false, "暂时无法处理"],
      );
      const second = await sandbox.redeliver();
      assert.deepEqual(
        second.map(({ acknowledged }) => acknowledged),
        [true],
      );
      const [before, after] = handled;
      assert.equal(after.msgId, before.msgId);
      assert.deepEqual([before.redelivery, after.redelivery], [false, true]);
      assert.match(after.statusTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      assert.deepEqual(await sandbox.redeliver(), []);
    });
  });

  test("another data type is told apart", async () => {
    const events = [];
    await listening(
      (event) => events.push(event),
      async (url) => {
        await sandbox.push({ url, count: 1, data_type: "another" });
        assert.deepEqual([events[0].type, events[0].dataType], ["other", "another"]);
      },
    );
  });

  test("while one secret takes the place of another, both are accepted", async () => {
    const { pushSecret } = environment();
    for (const [secrets, status] of [
      [["new", pushSecret], 200],
      [["new"], 401],
    ]) {
      await listening(
        () => {},
        async (url) => {
          const [delivery] = await sandbox.push({ url, count: 1 });
          assert.equal(delivery.http_status, status);
        },
        secrets,
      );
    }
  });
});
