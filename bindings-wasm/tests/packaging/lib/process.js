// Starting programs, and ending all that they have started.

import { spawn } from "node:child_process";
import { basename } from "node:path";

const running = new Set();

process.on("exit", () => running.forEach(end));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/** Starts a program, as the head of a process group. `ended` comes to its exit code, or to what ended it. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options, detached: true });
  running.add(child);
  const said = { stdout: "", all: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said.stdout += text;
    said.all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said.all += text;
  });
  const ended = new Promise((resolve) => {
    child.on("error", resolve);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  return { child, said, ended };
}

/** Ends a program and all that it has started. */
export function end(child) {
  running.delete(child);
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // They have ended already.
  }
}

/** Runs a program to its end and returns what it printed. */
export async function run(program, args, { limitMs = 60_000, ...options } = {}) {
  const { child, said, ended } = start(program, args, options);
  const timer = setTimeout(end, limitMs, child);
  const code = await ended;
  clearTimeout(timer);
  end(child);
  if (code === 0) return said.stdout;
  throw new Error(`${basename(program)} ${args.join(" ")}\nended with ${code}\n${said.all}`);
}
