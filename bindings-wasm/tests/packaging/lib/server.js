// Asking a server: for the results of its checks, and with a push.

import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { ACKNOWLEDGEMENT, PUSH } from "../shared/push.mjs";
import { end, start } from "./process.js";

const LIMIT_MS = 60_000;

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** Starts a server, asks for what is at each of these paths, sends it a push, and returns its answers. */
export async function serve(program, args, options, paths, then = async () => {}) {
  const port = await freePort();
  const env = { ...options.env, PORT: String(port), HOST: "127.0.0.1", QINCE_PUSH_SECRET: "push-secret" };
  const { child, said, ended } = start(program, args, { ...options, env });
  const timer = setTimeout(end, LIMIT_MS, child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([listening(url), ended.then(() => Promise.reject(new Error("it does not listen")))]);
    const answers = await Promise.all(paths.map((path) => get(url + path)));
    await push(`${url}/push`);
    await then(url);
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
  const answer = await get(url, { method: "POST", headers: FORM, body: PUSH });
  if (answer !== ACKNOWLEDGEMENT) throw new Error(`a push is answered with ${answer}`);
}

/** Sends a form of another site to where no push is taken. */
export async function refusesForms(url) {
  const { status } = await fetch(`${url}/checks`, { method: "POST", headers: FORM, body: PUSH });
  if (status !== 403) throw new Error(`a form of another site is answered with ${status}`);
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
