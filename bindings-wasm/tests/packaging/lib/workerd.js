// Asking a worker.

import { end, start } from "./process.js";

const LIMIT_MS = 30_000;

/** Starts a worker, sends it one request, and returns what it answers. */
export async function ask({ program }, folder, config) {
  // workerd tells the port that it was given on a pipe of its own.
  const stdio = ["ignore", "pipe", "pipe", "pipe"];
  const { child, said, ended } = start(program, ["serve", "--control-fd=3", config], { cwd: folder, stdio });
  const timer = setTimeout(end, LIMIT_MS, child);
  try {
    const port = await portOf(child.stdio[3]);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const body = await response.text();
    if (!response.ok) throw new Error(`it answers ${response.status}: ${body}`);
    return body;
  } catch (error) {
    end(child);
    throw new Error(`workerd: ${error.message}\nended with ${await ended}\n${said.all}`);
  } finally {
    clearTimeout(timer);
    end(child);
  }
}

async function portOf(control) {
  let told = "";
  for await (const text of control.setEncoding("utf8")) {
    told += text;
    const [, port] = told.match(/"port":\s*(\d+)/) ?? [];
    if (port !== undefined) return port;
  }
  throw new Error("it does not listen");
}
