import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { transform } from "esbuild";

import { expectations } from "./expectations.js";
import { blocksOf, languagesOf } from "./markdown.js";
import { admin } from "./sandbox.js";
import { root, typecheck, workshop } from "./workshop.js";

const DOCUMENTS = ["README.md", "README.zh-CN.md"];
const folder = workshop();

const english = blocksOf(join(root, "README.md"));
const documents = DOCUMENTS.map((document) => ({ document, blocks: blocksOf(join(root, document)) }));

/** What the READMEs say once: later blocks go on with this client. */
const PRELUDE = `import { QinceLeads } from "qince-leads";
const leads = new QinceLeads({
  openid: process.env.QINCE_OPENID ?? "",
  appKey: process.env.QINCE_APP_KEY ?? "",
  baseUrl: process.env.QINCE_BASE_URL,
});
`;

// Blocks of the two languages have the same keys by the same places; headings differ.
for (const { document, blocks } of documents) {
  const counts = new Map();
  for (const block of blocks) {
    const number = (counts.get(block.section) ?? 0) + 1;
    counts.set(block.section, number);
    const heading = english.find(({ section }) => section === block.section)?.heading ?? block.heading;
    block.key = `${heading} ${number}`;
    block.expectation = expectations[block.key];
    const name = block.expectation?.name ?? block.key.replaceAll(/\W+/g, "-").toLowerCase();
    block.source = join(folder, document, `${name}.${block.language}`);
    block.file = block.source.replace(/\.ts$/, ".js");
  }
}

describe("every block of code", () => {
  it("has an expectation, and every expectation a block", () => {
    for (const { document, blocks } of documents) {
      assert.deepEqual(blocks.map(({ key }) => key).sort(), Object.keys(expectations).sort(), document);
    }
  });

  it("is marked js or ts, or is no code of ours", () => {
    const marks = ["js", "sh", "text", "ts"];
    for (const document of DOCUMENTS) {
      assert.deepEqual([...languagesOf(join(root, document))].sort(), marks, document);
    }
  });

  it("is the same in both languages, but for comments", async () => {
    const [ours, theirs] = await Promise.all(documents.map(({ blocks }) => Promise.all(blocks.map(bare))));
    assert.deepEqual(theirs, ours);
    assert.deepEqual(documents[1].blocks.map(output), documents[0].blocks.map(output));
  });

  it("keeps to the width of 110 columns", () => {
    for (const { blocks } of documents) {
      for (const { code, key } of blocks) {
        for (const line of code.split("\n")) assert.ok(line.length <= 110, `${key}: ${line}`);
      }
    }
  });
});

for (const { document, blocks } of documents) {
  describe(document, () => {
    before(() => write(document, blocks));

    it("checks as strict TypeScript, and its JavaScript against the types", async () => {
      const isTyped = ({ expectation }) => expectation?.isTyped !== false;
      const files = blocks.filter(isTyped).map(({ source }) => source);
      await typecheck(
        join(folder, document),
        files.filter((file) => file.endsWith(".ts")),
      );
      const loose = { allowJs: true, checkJs: true, strict: false, exactOptionalPropertyTypes: false };
      const scripts = files.filter((file) => file.endsWith(".js"));
      await typecheck(join(folder, document), scripts, { ...loose, noUncheckedIndexedAccess: false });
    });

    for (const block of blocks) {
      it(`does what it says: ${block.key}`, async () => {
        assert.ok(block.expectation, `say in expectations.js what "${block.key}" does`);
        await admin("DELETE", "state");
        await block.expectation.before?.();
        await block.expectation.run(block);
      });
    }

    it("links to files that exist", () => {
      const text = readFileSync(join(root, document), "utf8");
      const links = Array.from(text.matchAll(/\]\((?!https:)([^)#]+)\)/g), ([, link]) => link);
      assert.ok(links.length > 0);
      for (const link of links) assert.ok(existsSync(join(root, link)), link);
    });

    it("says of the size what is true", () => {
      const text = readFileSync(join(root, document), "utf8");
      const [file, workers] = Array.from(text.matchAll(/(\d+) kB/g), ([, size]) => Number(size) * 1000);
      assert.ok(zipped("index.js") < file, "index.js");
      assert.ok(zipped("index.workerd.js") + zipped("core.wasm") < workers, "index.workerd.js, core.wasm");
    });
  });
}

/** Writes the blocks as modules, those in TypeScript also without their types. */
async function write(document, blocks) {
  mkdirSync(join(folder, document), { recursive: true });
  for (const { source, file, code, language } of blocks) {
    const text = /\bleads\./.test(code) && !/\bleads = /.test(code) ? PRELUDE + code : code;
    writeFileSync(source, text);
    if (language === "ts") writeFileSync(file, (await transform(text, { loader: "ts" })).code);
  }
}

async function bare({ code, language }) {
  const { code: text } = await transform(code, { loader: language, minifyWhitespace: true, charset: "utf8" });
  return text;
}

function output(block) {
  return block.output;
}

function zipped(file) {
  return gzipSync(readFileSync(join(root, "dist", file)), { level: 9 }).length;
}
