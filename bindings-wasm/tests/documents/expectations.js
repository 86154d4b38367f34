import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";

import { QinceLeads } from "qince-leads";

import { cases, deliver, told } from "./pushes.js";
import { account, admin, leadsOf } from "./sandbox.js";
import { linesOf, load, serving } from "./workshop.js";

const { QINCE_PUSH_SECRET: secret } = account;
const ID = /^4\d{18}$/;

/** Leads to find, with the codes L1, L2, and so on. */
const seed = (count) => admin("POST", "leads", { count, family: "classic", code_prefix: "L" });

const faults = (plan) => admin("PUT", "faults", plan);

/** Runs the block against a server that gives this answer to everything: what it printed, and what came. */
async function answering(answer, block) {
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url, body: (await request.setEncoding("utf8").toArray()).join("") });
    response.end(answer);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const lines = await linesOf(block.file, { QINCE_BASE_URL: `http://127.0.0.1:${server.address().port}` });
    return { lines, requests };
  } finally {
    server.close();
  }
}

/** Runs something that goes by a proxy: what the proxy was asked to connect to. */
async function proxying(use) {
  const asked = [];
  const proxy = createServer();
  proxy.on("connect", ({ url }, socket) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const inside = connect(port, hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    inside.pipe(socket).pipe(inside);
    for (const end of [inside, socket]) end.on("error", () => {});
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${proxy.address().port}`);
    return asked;
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
}

/** Runs the block to its end, and looks at the lines that it printed. */
const prints = (check) => async (block) => check(await linesOf(block.file), block);

/** Runs a block that exports a handler of requests, and delivers to it. */
const handles = (env) => async (block) => {
  const { default: handler } = await load(block.file);
  for (const [name, body, answer] of cases(secret)) {
    const request = new Request("http://receiver.example/push", { method: "POST", body });
    assert.deepEqual(await told(await handler.fetch(request, env)), answer, name);
  }
};

/**
 * What each block of the READMEs must do, by its section and its place there; the sandbox is empty before. A
 * block without an entry fails the test: nobody is to add a snippet that is never run.
 */
export const expectations = {
  "First call 1": {
    run: prints(async ([added, found, ...others]) => {
      const [lead] = await leadsOf("L1");
      assert.match(lead.id, ID);
      assert.equal(added, `added ${lead.id}`);
      assert.equal(found, `${lead.id} L1 示例公司`);
      assert.deepEqual(others, []);
    }),
  },
  "What it does for you 1": {
    // Its payload is wrong on purpose.
    isTyped: false,
    run: prints(async (lines, { output }) => {
      assert.equal(lines.join("\n"), output);
      assert.equal((await admin("GET", "faults")).requests, 0, "nothing may be sent");
    }),
  },
  "Queries 1": {
    before: () => seed(1200),
    run: prints(async (lines) => {
      const pages = [500, 500, 200].map((leads) => `a page of ${leads} with 0 faults`);
      assert.deepEqual(lines, [...pages, "1200 in all"]);
      // One page until the break, then twice three pages and the empty one that ends them.
      assert.equal((await admin("GET", "faults")).requests, 9);
    }),
  },
  "Ids 1": {
    before: () => seed(1),
    run: prints(async ([line]) => {
      assert.match(line, /^invalid payload: id \(线索ID\): .*beyond 2\^53 - 1 .*text or as a BigInt$/);
      const [{ revision, payload }] = await leadsOf("L1");
      assert.equal(revision, 1);
      assert.equal(payload.linkman, "张三");
    }),
  },
  "Any other endpoint 1": {
    // The sandbox plays no other endpoint.
    async run(block) {
      const answer = '{"return_code":"0","response_data":"[{\\"cm_code\\":\\"C1\\"}]"}';
      const { lines, requests } = await answering(answer, block);
      assert.deepEqual(lines, ["[ { cm_code: 'C1' } ]"]);
      const [{ url, body }] = requests;
      assert.match(url, /^\/api\/customer\/v1\/queryCustomer\//);
      assert.equal(body, '{"cm_code":"C1"}');
    },
  },
  "Errors 1": {
    // There is no such lead.
    run: prints(([line]) => assert.match(line, /^1 .*\p{Script=Han}/u)),
  },
  "Retries, time-outs, cancelling 1": {
    before: () => faults({ next: ["drop_before"] }),
    run: prints(async (lines) => {
      assert.deepEqual(lines, ["add 1 unknown true", "query 1 ok true", "add 2 ok true"]);
      assert.equal((await leadsOf("L3")).length, 1);
    }),
  },
  "Retries, time-outs, cancelling 2": {
    async run(block) {
      await faults({ next: ["slow"], slow_ms: 2000 });
      assert.deepEqual(await linesOf(block.file), ["given up, and it may have been added"]);
      await admin("DELETE", "state");
      await faults({ next: ["too_many"] });
      assert.deepEqual(await linesOf(block.file), ["given up, and nothing was added"]);
      assert.deepEqual(await leadsOf("L4"), []);
    },
  },
  "Options and hooks 1": {
    run: prints(async (lines) => {
      const [added, modified] = lines;
      assert.match(added, /^add attempt 1: ok \(HTTP 200\) after \d+ ms, msg_id /);
      assert.match(modified, /^modify attempt 1: ok /);
      assert.equal((await leadsOf("L9"))[0].payload.linkman, "张三");
    }),
  },
  "Options and hooks 2": {
    run: prints(async (lines) => {
      assert.deepEqual(lines, ["50"]);
      assert.equal((await admin("GET", "leads")).total, 50);
    }),
  },
  "Options and hooks 3": {
    run: prints(async (lines) => {
      assert.equal(lines.length, 52);
      for (const line of lines.slice(0, 50)) assert.match(line, /^fair-\d+ ok \d+$/);
      assert.deepEqual(lines.slice(50), ["公司7", "true"]);
      assert.equal((await admin("GET", "leads")).total, 50);
    }),
  },
  "Options and hooks 4": {
    run: prints(([line]) => assert.match(line, /^200 application\/json/)),
  },
  "Options and hooks 5": {
    before: () => seed(1),
    async run(block) {
      const asked = await proxying(async (HTTPS_PROXY) => {
        assert.deepEqual(await linesOf(block.file, { HTTPS_PROXY }), ["1"]);
      });
      assert.deepEqual([...new Set(asked)], [new URL(account.QINCE_BASE_URL).host]);
    },
  },
  "Webhooks 1": {
    name: "receive",
    async run(block) {
      const { receive } = await load(block.file);
      for (const [name, body, answer] of cases(secret)) {
        for (const rawBody of [body, new TextEncoder().encode(body)]) {
          assert.deepEqual(await told(await receive(rawBody, ["new secret", secret])), answer, name);
        }
      }
      await assert.rejects(receive("msgId=1", undefined), { code: "invalid_account" });
    },
  },
  "Webhooks 2": {
    async run(block) {
      await serving(block.file, {}, async (url) => {
        for (const [name, body, answer] of cases(secret)) {
          assert.deepEqual(await deliver(`${url}/push`, body), answer, name);
        }
        const order = { url: `${url}/push`, count: 5, repeat: 0.5, tamper: 0.5, seed: 1 };
        const { pushes } = await admin("POST", "follow-ups", order);
        assert.ok(pushes.length > 5);
        for (const { forged, acknowledged } of pushes) assert.equal(acknowledged, !forged);
      });
    },
  },
  "Webhooks 3": { run: handles({ QINCE_PUSH_SECRET: secret }) },
  "Webhooks 4": { run: handles({ QINCE_PUSH_SECRET: secret }) },
  "In a browser 1": {
    async run(block) {
      const { default: app } = await load(block.file);
      const body = JSON.stringify({ company: "访客公司", mobile: "13800000000" });
      const response = await app.request("/contact", { method: "POST", body });
      assert.deepEqual(await response.json(), { ok: true });
      const { leads } = await admin("GET", "leads");
      const [{ payload }] = leads;
      assert.equal(leads.length, 1);
      assert.match(payload.code, /^web-[-0-9a-f]{36}$/);
      assert.equal(payload.cus_name, "访客公司");
      assert.equal(payload.mobile, "13800000000");
    },
  },
  "In a browser 2": {
    run: prints((lines) => {
      assert.deepEqual(lines, ["linkman - linkman (联系人): 101 characters, at most 100"]);
    }),
  },
  "In a browser 3": {
    run: prints((lines) => {
      const table = ["id 线索ID 40", "code 线索编码 100", "emp_id 员工ID undefined"];
      assert.deepEqual(lines, [...table, "reason_id 作废原因编码 40", "content 作废原因 4000"]);
    }),
  },
  "In a browser 4": {
    async run(block) {
      const { default: relay } = await load(block.file);
      const fetch = async (url, { method, headers, body }) =>
        relay.request(new URL(url).pathname, { method, headers, body });
      const inApp = new QinceLeads({ relayUrl: "https://crm.example.com/qince", fetch });
      const { id } = await inApp.add({ cus_name: "示例公司", empName: "负责人", code: "L8" });
      const [lead] = await leadsOf("L8");
      assert.equal(lead.id, id);
      await assert.rejects(inApp.remove({ id }), { code: "http_status", status: 403 });
      await assert.rejects(inApp.other("a/b", {}), { code: "http_status", status: 400 });
    },
  },
  "Without a network 1": {
    before: () => seed(1),
    run: prints(async ([url, name]) => {
      assert.match(url, /\/\*\*\*\/\d{13}\/\*\*\*\/[-0-9a-f]{36}$/);
      const [{ payload }] = await leadsOf("L1");
      assert.equal(name, payload.cus_name);
    }),
  },
  "Without a network 2": {
    async before() {
      await seed(3);
      await faults({ next: ["error_500"] });
    },
    run: prints((lines) => assert.deepEqual(lines.sort(), ["L1", "L2", "L3"])),
  },
  "Without a network 3": {
    run: prints((lines) => {
      const [line, ...others] = lines.join(" ").replaceAll(/\s+/g, " ").split(" { ");
      assert.equal(line, "send wait");
      const progress = /^attempts: 1, msgId: '[-0-9a-f]{36}', mayHaveBeenCarriedOut: true, leadCode: 'L7' }$/;
      assert.match(others.join(), progress);
    }),
  },
  "Parameters that the SDK does not know 1": {
    // The sandbox knows no such parameter either, and refuses it.
    async run(block) {
      const { requests } = await answering('{"return_code":"0"}', block);
      const known = { empName: "负责人", code: "L5", cus_name: "示例公司" };
      const bodies = requests.map(({ body }) => JSON.parse(body));
      assert.deepEqual(bodies, [{ ...known, new_parameter: "1" }]);
    },
  },
  "Test your integration 1": {
    run: prints((lines) => assert.deepEqual(lines, ["1", "look up web-示例公司"])),
  },
  "Test your integration 2": {
    run: prints(async (lines) => {
      assert.deepEqual(lines, ["1"]);
      assert.equal((await leadsOf("L6")).length, 1);
      assert.equal((await admin("GET", "faults")).faults.drop_after, 1);
    }),
  },
  "Test your integration 3": {
    run: prints((lines) => assert.deepEqual(lines, ["follow_up 1"])),
  },
};
