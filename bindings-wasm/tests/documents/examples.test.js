import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

import { cases, deliver, push } from "./pushes.js";
import { account, admin } from "./sandbox.js";
import { root, serving, typecheck, workshop } from "./workshop.js";

const { QINCE_PUSH_SECRET: secret } = account;
const folder = workshop();
const example = (name) => join(root, "examples", name);

it("the examples for Node.js check as strict TypeScript", async () => {
  await typecheck(folder, [example("express.ts"), example("hono.ts")]);
});

it("the example for Workers checks as strict TypeScript, with the types of Workers alone", async () => {
  await typecheck(folder, [example("cloudflare-worker.ts")], {
    types: ["@cloudflare/workers-types"],
    module: "esnext",
    moduleResolution: "bundler",
    customConditions: ["workerd"],
  });
});

for (const name of ["express", "hono"]) {
  describe(`examples/${name}.ts`, () => {
    const file = join(folder, `${name}.mjs`);

    before(async () => {
      const entry = { entryPoints: [example(`${name}.ts`)], outfile: file };
      await build({ ...entry, bundle: true, format: "esm", packages: "external", platform: "node" });
    });

    it("answers each push as it should, and stores each once", async () => {
      const { lines, complaints } = await serving(file, {}, async (url) => {
        for (const [what, body, answer] of cases(secret)) {
          assert.deepEqual(await deliver(`${url}/push`, body), answer, what);
        }
      });
      const stored = lines.filter((line) => line.startsWith("stored "));
      assert.deepEqual(stored, ["stored good L1 电话沟通 100% & 更多", "stored large L3 undefined"]);
      assert.equal(complaints, "");
    });

    it("takes the pushes of the sandbox, repeated, forged and out of order", async () => {
      const { lines } = await serving(file, {}, async (url) => {
        await takesPushes(`${url}/push`);
      });
      assert.equal(lines.filter((line) => line.startsWith("stored ")).length, 10);
    });

    it("takes pushes of both secrets while one takes the place of the other", async () => {
      await serving(file, { QINCE_PUSH_SECRET: "new,old" }, async (url) => {
        for (const secret of ["new", "old"]) {
          const answer = await deliver(`${url}/push`, push({ msgId: secret, secret }));
          assert.deepEqual(answer, { status: 200, code: 0, msgId: secret });
        }
        const empty = await deliver(`${url}/push`, push({ msgId: "empty", secret: "" }));
        assert.deepEqual(empty, { status: 401 });
      });
    });

    it("does not start without a secret", async () => {
      const start = serving(file, { QINCE_PUSH_SECRET: "" }, async () => {});
      await assert.rejects(start, /set QINCE_PUSH_SECRET/);
    });
  });
}

/** An example with a change to it, for what it cannot be brought to from outside. */
async function changed(name, from, to) {
  const source = readFileSync(example(`${name}.ts`), "utf8");
  assert.ok(source.includes(from), `${name}.ts has changed: adapt this test`);
  const outfile = join(folder, `${name}-changed.mjs`);
  const contents = source.replace(from, to);
  const stdin = { contents, loader: "ts", resolveDir: root };
  await build({ stdin, outfile, bundle: true, format: "esm", packages: "external", platform: "node" });
  return outfile;
}

for (const name of ["express", "hono"]) {
  it(`examples/${name}.ts has a push come again that its store did not take`, async () => {
    const file = await changed(name, "  followUps.set(", '  throw new Error("disk full");\n  followUps.set(');
    const { complaints } = await serving(file, {}, async (url) => {
      const answer = await deliver(`${url}/push`, push({ msgId: "good", secret }));
      assert.deepEqual(answer, { status: 200, code: 1, msgId: "good" });
    });
    assert.match(complaints, /not stored good Error: disk full/);
  });

  it(`examples/${name}.ts refuses a stale push where it has a limit`, async () => {
    const file = await changed(name, "maxAgeMs: null", "maxAgeMs: 60_000");
    await serving(file, {}, async (url) => {
      for (const age of [-3_600_000, 3_600_000]) {
        const body = push({ msgId: "stale", secret, timestamp: Date.now() - age });
        assert.deepEqual(await deliver(`${url}/push`, body), { status: 400 });
      }
      const fresh = await deliver(`${url}/push`, push({ msgId: "fresh", secret }));
      assert.deepEqual(fresh, { status: 200, code: 0, msgId: "fresh" });
    });
  });
}

describe("examples/cloudflare-worker.ts, in workerd", () => {
  let worker;
  let url;

  before(async () => {
    worker = await deployed(readFileSync(example("cloudflare-worker.ts"), "utf8"));
    url = new URL("/push", await worker.ready).href;
  });

  after(() => worker?.dispose());

  it("answers each push as it should, and stores each once", async () => {
    for (const [what, body, answer] of cases(secret))
      assert.deepEqual(await deliver(url, body), answer, what);
    const pushes = await worker.getKVNamespace("PUSHES");
    const { keys } = await pushes.list();
    assert.deepEqual(
      keys.map((key) => key.name),
      ["push:good", "push:large"],
    );
    const event = await pushes.get("push:large", "json");
    assert.equal(event.data.extra.new_member.id, "4600000001586478077");
  });

  it("takes the pushes of the sandbox, repeated, forged and out of order", async () => {
    await takesPushes(url);
    const { keys } = await (await worker.getKVNamespace("PUSHES")).list();
    assert.equal(keys.length, 2 + 10);
  });

  it("has no other address and no other method", async () => {
    assert.equal((await fetch(url)).status, 405);
    assert.equal((await fetch(new URL("/", url), { method: "POST", body: "" })).status, 404);
  });

  it("has a push come again that its store did not take, and refuses a stale one", async () => {
    const source = readFileSync(example("cloudflare-worker.ts"), "utf8")
      .replace("await pushes.get(key)", 'await Promise.reject(new Error("no quota"))')
      .replace("maxAgeMs: null", "maxAgeMs: 60_000");
    const broken = await deployed(source);
    try {
      const url = new URL("/push", await broken.ready).href;
      const answer = await deliver(url, push({ msgId: "good", secret }));
      assert.deepEqual(answer, { status: 200, code: 1, msgId: "good" });
      const stale = push({ msgId: "stale", secret, timestamp: Date.now() - 3_600_000 });
      assert.deepEqual(await deliver(url, stale), { status: 400 });
    } finally {
      await broken.dispose();
    }
  });
});

/** Bundles a worker as wrangler does, and runs it. */
async function deployed(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, loader: "ts", resolveDir: root },
    bundle: true,
    conditions: ["workerd", "worker", "browser"],
    external: ["./core.wasm"],
    format: "esm",
    write: false,
  });
  const [{ text }] = outputFiles;
  return new Miniflare({
    compatibilityDate: "2026-01-01",
    bindings: { QINCE_PUSH_SECRET: secret },
    kvNamespaces: ["PUSHES"],
    modules: [
      { type: "ESModule", path: "worker.js", contents: text },
      { type: "CompiledWasm", path: "core.wasm", contents: readFileSync(join(root, "dist/core.wasm")) },
    ],
  });
}

/** Has the sandbox push to a receiver, and looks at what it made of the answers. */
async function takesPushes(url) {
  const order = { url, count: 10, repeat: 0.5, tamper: 0.5, shuffle: true, seed: 7 };
  const { pushes } = await admin("POST", "follow-ups", order);
  assert.ok(pushes.some(({ forged }) => forged) && pushes.length > 12, "some are repeated, some forged");
  for (const { forged, acknowledged, http_status: status } of pushes) {
    assert.equal(acknowledged, !forged);
    assert.equal(status, forged ? 401 : 200);
  }
}
