// What a worker and a page cannot do: look at their process, and end it with a result.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

/** Listens; `lines` is what was posted. The processes looked at are those below this one with this word in their command. */
export async function helping(word) {
  const helper = { url: "", lines: [] };
  const server = createServer(async (request, response) => {
    if (request.method === "POST") helper.lines = JSON.parse(await text(request));
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" });
    response.end(JSON.stringify(request.method === "POST" ? null : peakMib(word)));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  helper.url = `http://127.0.0.1:${server.address().port}`;
  return helper;
}

/** The most memory that one of the processes has taken so far. */
function peakMib(word) {
  const peaks = below(process.pid).map((pid) => {
    const isMeant = file(pid, "cmdline").includes(word);
    return isMeant ? Number(/VmHWM:\s*(\d+)/.exec(file(pid, "status"))?.[1] ?? 0) : 0;
  });
  return Math.max(0, ...peaks) / 1024;
}

/** The processes that a process has started, and those that they have. */
function below(pid) {
  const children = file(pid, `task/${pid}/children`).split(" ").filter(Boolean);
  return children.flatMap((child) => [child, ...below(child)]);
}

/** A file of a process, which may have ended. */
function file(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
