// Opening a page in a browser, and waiting for what it reports.

import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { text } from "node:stream/consumers";

import { end, start } from "./process.js";

const LIMIT_MS = 60_000;

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** What a page would only write to a console that nobody sees. */
const WATCH = `<script>
  const report = (error) => fetch("/failure", { method: "POST", body: String(error) });
  addEventListener("error", ({ message, target }) => report(message ?? \`\${target.src}: not loaded\`), true);
  addEventListener("unhandledrejection", ({ reason }) => report(\`\${reason}\\n\${reason?.stack}\`));
</script>`;

/** The arguments that open a page with a new profile. */
const ARGUMENTS = {
  chromium: (profile, url) => [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--expose-gc",
    `--user-data-dir=${profile}`,
    url,
  ],
  firefox: (profile, url) => ["--headless", "--no-remote", "--profile", profile, url],
};

/** Keeps Firefox from asking anything of anyone. */
const FIREFOX_PREFERENCES = {
  "app.normandy.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

/** Serves a folder, opens its page in a browser, and returns what the page posts. */
export async function visit({ name, program }, folder) {
  const served = await serve(folder);
  const profile = join(folder, "profile");
  await mkdir(profile);
  await writeFile(join(profile, "user.js"), firefoxPreferences());
  const env = { ...process.env, HOME: profile, MOZ_HEADLESS: "1" };
  const { child, said, ended } = start(program, ARGUMENTS[name](profile, served.url), { env });
  const fail = (reason) =>
    served.fail(new Error(`${reason}\nrequests: ${served.requests.join(", ")}\n${said.all}`));
  const timer = setTimeout(() => fail(`${name}: no results within ${LIMIT_MS / 1000} s`), LIMIT_MS);
  ended.then((code) => fail(`${name} ended with ${code}`));
  try {
    return await served.results;
  } finally {
    clearTimeout(timer);
    end(child);
    served.close();
    // It may still be writing to its profile.
    await ended;
  }
}

function firefoxPreferences() {
  const lines = Object.entries(FIREFOX_PREFERENCES).map(([name, value]) => {
    return `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`;
  });
  return lines.join("");
}

/** Serves a folder; `results` is what a page posts. */
async function serve(folder) {
  const requests = [];
  const { promise: results, resolve, reject } = withResolvers();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (request.method === "POST") {
      const body = await text(request);
      response.end();
      if (pathname === "/results") resolve(body);
      else reject(new Error(`the page failed: ${body}`));
      return;
    }
    const file = await fileAt(folder, pathname);
    requests.push(`${pathname} ${file === undefined ? 404 : 200}`);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": file.type }).end(file.content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, results, fail: reject, close };
}

async function fileAt(folder, pathname) {
  const path = normalize(pathname).replace(/\/$/, "/index.html");
  const type = TYPES[extname(path)] ?? "application/octet-stream";
  try {
    const content = await readFile(join(folder, path));
    return {
      type,
      content: type === "text/html" ? String(content).replace("<head>", `<head>${WATCH}`) : content,
    };
  } catch {
    return undefined;
  }
}

function withResolvers() {
  const resolvers = {};
  resolvers.promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
  return resolvers;
}
