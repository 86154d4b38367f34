import { readFileSync } from "node:fs";

const FENCE = /^```(\w*)[^\n]*\n(.*?)^```$/gms;

/**
 * The js and ts blocks of a document. Each has the number of its section, the heading of that, its language,
 * its code, and the output that a text block after it promises.
 */
export function blocksOf(path) {
  const text = readFileSync(path, "utf8");
  const blocks = [];
  for (const [section, part] of text.split(/^## /m).entries()) {
    const heading = section === 0 ? "" : part.slice(0, part.indexOf("\n"));
    let previous;
    for (const [, language, code] of part.matchAll(FENCE)) {
      if (language === "js" || language === "ts") {
        previous = { section, heading, language, code, output: undefined };
        blocks.push(previous);
      } else if (language === "text" && previous !== undefined) {
        previous.output = code.trimEnd();
      }
    }
  }
  return blocks;
}

/** All languages of code in a document, so that none is overlooked for its name. */
export function languagesOf(path) {
  const fences = readFileSync(path, "utf8").matchAll(FENCE);
  return new Set(Array.from(fences, ([, language]) => language));
}
