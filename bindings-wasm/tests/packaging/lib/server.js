// Asking a server: for the results of its checks, and with a push.

import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { ACKNOWLEDGEMENT, PUSH } from "../shared/push.mjs";
import { end, start } from "./process.js";

const LIMIT_MS = 60_000;

/** Starts a server, asks for what is at each of these paths, sends it a push, and returns its answers. */
export async function serve(program, args, options, paths) {
  const port = await freePort();
  const env = { ...options.env, PORT: String(port), HOST: "127.0.0.1" };
  const { child, said, ended } = start(program, args, { ...options, env });
  const timer = setTimeout(end, LIMIT_MS, child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([listening(url), ended.then(() => Promise.reject(new Error("it does not listen")))]);
    const answers = await Promise.all(paths.map((path) => get(url + path)));
    await push(`${url}/push`);
    return answers;
  } catch (error) {
    end(child);
    throw new Error(`${args.join(" ")}: ${error.message}\nended with ${await ended}\n${said.all}`);
  } finally {
    clearTimeout(timer);
    end(child);
  }
}

/** What is answered with HTTP 200. */
async function get(url, request) {
  const response = await fetch(url, request);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${body}`);
  return body;
}

/** Sends a push as the service does: a form, from no page. */
async function push(url) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const answer = await get(url, { method: "POST", headers, body: PUSH });
  if (answer !== ACKNOWLEDGEMENT) throw new Error(`a push is answered with ${answer}`);
}

async function listening(url) {
  while (
    await fetch(url).then(
      () => false,
      () => true,
    )
  )
    await sleep(100);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
