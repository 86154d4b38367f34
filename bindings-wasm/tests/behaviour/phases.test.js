// What is reported of a failure: how far the request had come, and not what the error is called.

import assert from "node:assert/strict";
import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

import { NotSentError, QinceLeads } from "qince-leads";
import { Agent, buildConnector, ProxyAgent, fetch as undiciFetch } from "undici";

import { inProcess, OK, outcomes, rejectionOf, SECRETS, scripted, soon, unanswered } from "./support.js";

const ONCE = { maxAttempts: 1 };

/** Listens on a free port of this machine, for as long as something runs. */
async function listening(onSocket, run) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await run(server.address().port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** A port of this machine at which nobody listens. */
async function closedPort() {
  let closed;
  await listening(
    () => {},
    async (port) => {
      closed = port;
    },
  );
  return closed;
}

/** Says how an add without a code ends whose transport throws this: sent again, or in doubt. */
async function afterThrowing(error) {
  const { leads, attempts } = scripted([
    () => {
      throw error;
    },
    OK,
  ]);
  return firstOutcome(leads, attempts);
}

/** The same of the platform's own `fetch`. */
async function afterPlatformThrows(error) {
  const { fetch } = globalThis;
  const answers = [() => Promise.reject(error), async () => new Response(OK.body)];
  globalThis.fetch = () => answers.shift()();
  try {
    const { leads, attempts } = scripted([], { fetch: undefined });
    return await firstOutcome(leads, attempts);
  } finally {
    globalThis.fetch = fetch;
  }
}

async function firstOutcome(leads, attempts) {
  const ended = await leads.add({ empName: "a" }).catch((error) => error);
  assert.ok(ended.id === "7" || ended.code === "uncertain", ended.stack);
  return attempts[0].outcome;
}

const failed = (cause) => new TypeError("fetch failed", { cause });
const errno = (code, syscall) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall });

test("what a connection that stands ends with is unknown, whatever its errno", async () => {
  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED", "EADDRNOTAVAIL", "ETIMEDOUT", "EPIPE"]) {
    for (const syscall of ["read", "write", undefined]) {
      assert.equal(await afterPlatformThrows(failed(errno(code, syscall))), "unknown", `${syscall} ${code}`);
    }
  }
});

test("what ends connecting, or looking a name up, was not sent, whatever its errno", async () => {
  for (const code of ["ETIMEDOUT", "EADDRNOTAVAIL", "ECONNREFUSED", "EHOSTUNREACH", "ECONNRESET", "EACCES"]) {
    assert.equal(await afterPlatformThrows(failed(errno(code, "connect"))), "not_sent", code);
  }
  assert.equal(await afterPlatformThrows(errno("ENOTFOUND", "getaddrinfo")), "not_sent");
  assert.equal(await afterPlatformThrows(errno("EAI_AGAIN", "getaddrinfo")), "not_sent");
  const late = Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" });
  assert.equal(await afterPlatformThrows(failed(late)), "not_sent");
});

test("of several addresses all must have refused", async () => {
  const refused = errno("ECONNREFUSED", "connect");
  const late = errno("ETIMEDOUT", "connect");
  const broken = errno("ECONNRESET", "read");
  assert.equal(await afterPlatformThrows(failed(new AggregateError([refused, late]))), "not_sent");
  assert.equal(await afterPlatformThrows(failed(new AggregateError([refused, broken]))), "unknown");
  assert.equal(await afterPlatformThrows(failed(new AggregateError([]))), "unknown");
});

test("a certificate that is not trusted ends a request before it begins", async () => {
  const codes = [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "CERT_HAS_EXPIRED",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ];
  for (const code of codes) {
    assert.equal(
      await afterPlatformThrows(failed(Object.assign(new Error("no"), { code }))),
      "not_sent",
      code,
    );
  }
});

test("errors of another realm, and causes that are plain objects, count as any other", async () => {
  const foreign = (source) => runInNewContext(source);
  const connect = `Object.assign(new Error("no"), { code: "ECONNREFUSED", syscall: "connect" })`;
  const read = `Object.assign(new Error("no"), { code: "ECONNREFUSED", syscall: "read" })`;
  assert.equal(await afterPlatformThrows(foreign(connect)), "not_sent");
  assert.equal(
    await afterPlatformThrows(foreign(`new TypeError("fetch failed", { cause: ${connect} })`)),
    "not_sent",
  );
  assert.equal(
    await afterPlatformThrows(foreign(`new AggregateError([${connect}, ${connect}])`)),
    "not_sent",
  );
  assert.equal(await afterPlatformThrows(foreign(read)), "unknown");
  assert.equal(await afterPlatformThrows(failed({ code: "ECONNREFUSED", syscall: "connect" })), "not_sent");
  assert.equal(await afterPlatformThrows(failed({ code: "ECONNREFUSED", syscall: "read" })), "unknown");
});

test("what Deno and Bun say of a connection that did not come about is understood there alone", async () => {
  const deno = "error sending request for url (https://example.com/): client error";
  const cases = {
    Deno: [
      [`${deno} (Connect): tcp connect error`, "not_sent"],
      [`${deno} (SendRequest): connection closed before message completed`, "unknown"],
      [`a gateway: ${deno} (Connect)`, "unknown"],
      ["Unable to connect.", "unknown"],
    ],
    Bun: [
      ["Unable to connect. Is the computer able to access the url?", "not_sent"],
      ["ECONNREFUSED: Unable to connect. Is the computer able to access the url?", "not_sent"],
      ["Proxy refused to open a tunnel: 407 Proxy Authentication Required", "not_sent"],
      ["502: Unable to connect to the remote server", "unknown"],
      [`${deno} (Connect): tcp connect error`, "unknown"],
    ],
  };
  for (const [runtime, expected] of Object.entries(cases)) {
    const said = inProcess(`
      globalThis.${runtime} = { version: { deno: "2" } };
      const { QinceLeads } = await import("qince-leads");
      const outcomes = [];
      for (const message of ${JSON.stringify(expected.map(([message]) => message))}) {
        const failing = async () => { throw new TypeError("failed", { cause: new Error(message) }) };
        globalThis.fetch = failing;
        for (const fetch of [undefined, (url, init) => failing()]) {
          const options = { ...${JSON.stringify(SECRETS)}, policy: { maxAttempts: 1 }, fetch };
          const onAttempt = ({ outcome }) => outcomes.push(outcome);
          await new QinceLeads({ ...options, onAttempt }).add({ empName: "a" }).catch(() => {});
        }
      }
      console.log(JSON.stringify(outcomes));`);
    assert.deepEqual(
      JSON.parse(said),
      expected.flatMap(([, outcome]) => [outcome, "unknown"]),
      runtime,
    );
  }
  assert.equal(await afterPlatformThrows(failed(new Error("Unable to connect."))), "unknown");
});

test("a fetch of one's own is not believed by codes and words, for they may be a gateway's", async () => {
  const cases = [
    new Error("502: Unable to connect to the remote server"),
    failed(errno("ECONNREFUSED", "connect")),
    errno("ENOTFOUND", "getaddrinfo"),
    Object.assign(new Error("no"), { code: "CERT_HAS_EXPIRED" }),
    new AggregateError([errno("ECONNREFUSED", "connect")]),
  ];
  for (const error of cases) assert.equal(await afterThrowing(error), "unknown", error.message);
});

test("a fetch of one's own that falls back from undici to something else is in doubt", async () => {
  const fallen = new Error("socket hang up");
  const refused = `http://127.0.0.1:${await closedPort()}`;
  const silent = new Agent({ connect: () => {} });
  const fetches = {
    "after a failure": (url, init) => undiciFetch(url, init).catch(() => Promise.reject(fallen)),
    "after a time-out of its own": (url, init) =>
      undiciFetch(url, { ...init, dispatcher: silent, signal: AbortSignal.timeout(20) }).catch(() =>
        Promise.reject(fallen),
      ),
    "and waits": (url, init) => undiciFetch(url, init).catch(() => unanswered(url, init)),
  };
  for (const [name, fetch] of Object.entries(fetches)) {
    const options = { fetch, baseUrl: refused, timeoutMs: 200, connectTimeoutMs: 100, policy: ONCE };
    const error = await rejectionOf(new QinceLeads({ ...SECRETS, ...options }).add({ empName: "a" }));
    assert.equal(error.code, "uncertain", name);
  }
  const wrapping = (url, init) =>
    undiciFetch(url, init).catch((cause) => Promise.reject(new Error("wrapped", { cause })));
  const leads = new QinceLeads({ ...SECRETS, fetch: wrapping, baseUrl: refused, policy: ONCE });
  assert.equal((await rejectionOf(leads.add({ empName: "a" }))).failure, "not_sent");
});

test("where HTTP/2 is spoken undici does not say when it sends, also behind a gateway of another name", async () => {
  const channel = (name) => diagnostics.channel(`undici:${name}`);
  for (const [version, outcome] of [
    ["h1", "not_sent"],
    ["h2", "unknown"],
  ]) {
    const origin = `https://${version}.gateway.test`;
    const fetch = async (url) => {
      const request = { origin, path: new URL(url).pathname, method: "POST" };
      channel("request:create").publish({ request });
      channel("client:connected").publish({
        connectParams: { host: new URL(origin).host, protocol: "https:", version },
      });
      const error = new Error("other side closed");
      channel("request:error").publish({ request, error });
      throw failed(error);
    };
    const { leads, attempts } = scripted([fetch], { policy: ONCE });
    await rejectionOf(leads.add({ empName: "a" }));
    assert.deepEqual(outcomes(attempts), [`add ${outcome}`]);
  }
});

test("causes without end are unknown", async () => {
  const error = new Error("round");
  error.cause = error;
  assert.equal(await afterThrowing(error), "unknown");
  const hostile = new Proxy(new Error("no"), {
    get() {
      throw new Error("trap");
    },
  });
  assert.equal(await afterThrowing(hostile), "unknown");
});

test("a transport of one's own says by an error that nothing has left", async () => {
  assert.equal(await afterThrowing(new NotSentError("the queue is full")), "not_sent");
  assert.equal(await afterThrowing(new Error("wrapped", { cause: new NotSentError("no") })), "not_sent");
});

test("an address that does not answer was not sent to, after a time-out of its own", async () => {
  const dispatcher = new Agent({ connect: () => {} });
  const leads = new QinceLeads({
    ...SECRETS,
    fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }),
    baseUrl: "http://127.0.0.1:4433",
    connectTimeoutMs: 60,
    policy: ONCE,
  });
  const before = performance.now();
  const error = await rejectionOf(soon(leads.add({ empName: "a" })));
  assert.ok(performance.now() - before < 900);
  assert.deepEqual(
    [error.code, error.failure, error.mayHaveBeenCarriedOut],
    ["transport", "not_sent", false],
  );
  assert.equal(error.cause.message, "no connection in time");
});

test("a time-out without a time-out for connecting is known to have struck before anything left", async () => {
  const dispatcher = new Agent({ connect: () => {} });
  const fetch = (url, init) => undiciFetch(url, { ...init, dispatcher });
  const baseUrl = "http://127.0.0.1:4433";
  const leads = new QinceLeads({ ...SECRETS, fetch, baseUrl, timeoutMs: 60, policy: ONCE });
  assert.equal((await rejectionOf(leads.add({ empName: "a" }))).failure, "not_sent");
});

test("a request that has left and is not answered is unknown, and no time-out for connecting ends it", async () => {
  await listening(
    (socket) => socket.resume(),
    async (port) => {
      const attempts = [];
      const leads = new QinceLeads({
        ...SECRETS,
        baseUrl: `http://127.0.0.1:${port}`,
        connectTimeoutMs: 200,
        timeoutMs: 500,
        policy: ONCE,
        onAttempt: (attempt) => attempts.push(attempt),
      });
      assert.equal((await rejectionOf(leads.add({ empName: "a" }))).code, "uncertain");
      assert.deepEqual(outcomes(attempts), ["add unknown"]);
      assert.ok(attempts[0].durationMs >= 490, `${attempts[0].durationMs} ms`);
    },
  );
});

test("an add that is given up while it connects was not sent, and ends with the reason itself", async () => {
  const dispatcher = new Agent({ connect: () => {} });
  const fetch = (url, init) => undiciFetch(url, { ...init, dispatcher });
  const leads = new QinceLeads({ ...SECRETS, fetch, baseUrl: "http://127.0.0.1:4433" });
  const signal = AbortSignal.timeout(40);
  assert.equal(await rejectionOf(leads.add({ empName: "a" }, { signal })), signal.reason);
});

test("a fetch that passes its signal over while it connects may still send, so an add is in doubt", async () => {
  let requests = 0;
  await listening(
    (socket) =>
      socket.on("data", () => {
        requests += 1;
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${OK.body.length}\r\n\r\n${OK.body}`);
      }),
    async (port) => {
      const connector = buildConnector({});
      const late = (options, done) => setTimeout(() => connector(options, done), 250);
      const dispatcher = new Agent({ connect: late });
      const deaf = (url, { signal, ...init }) => undiciFetch(url, { ...init, dispatcher });
      const baseUrl = `http://127.0.0.1:${port}`;
      const leads = new QinceLeads({ ...SECRETS, fetch: deaf, baseUrl, timeoutMs: 60 });
      assert.equal((await rejectionOf(leads.add({ empName: "a" }))).code, "uncertain");
      await new Promise((resolve) => setTimeout(resolve, 400));
      assert.equal(requests, 1);
      await dispatcher.destroy();
    },
  );
});

test("a proxy that does not connect is named, without its credentials, and nothing was sent", async () => {
  const answers = {
    403: (socket) => socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
    407: (socket) => socket.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
    502: (socket) => socket.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
    dropped: (socket) => socket.end(),
    reset: (socket) => socket.resetAndDestroy(),
  };
  for (const [answer, give] of Object.entries(answers)) {
    await listening(
      (socket) => socket.on("data", () => give(socket)),
      async (port) => {
        const dispatcher = new ProxyAgent(`http://someone:proxy-password@127.0.0.1:${port}`);
        const leads = new QinceLeads({
          ...SECRETS,
          fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }),
          baseUrl: "https://leads.test",
          connectTimeoutMs: 300,
          policy: ONCE,
        });
        const error = await rejectionOf(leads.add({ empName: "a" }));
        assert.deepEqual([error.code, error.failure], ["transport", "not_sent"], answer);
        assert.equal(error.cause.message, `no connection by way of the proxy http://127.0.0.1:${port}`);
        assert.ok(
          !JSON.stringify([error.cause, error.cause.cause, error.cause.stack]).includes("proxy-password"),
        );
        await dispatcher.destroy();
      },
    );
  }
});

test("a fetch that sends a request again by itself is stopped, and the add is in doubt", async () => {
  let requests = 0;
  await listening(
    (socket) =>
      socket.on("data", () => {
        requests += 1;
        socket.end();
      }),
    async (port) => {
      const again = (url, init) => fetch(url, init).catch(() => fetch(url, init));
      const leads = new QinceLeads({
        ...SECRETS,
        fetch: again,
        baseUrl: `http://127.0.0.1:${port}`,
        policy: ONCE,
      });
      const error = await rejectionOf(leads.add({ empName: "a" }));
      assert.equal(error.code, "uncertain");
      assert.match(error.cause.cause.message, /this fetch sends a request again by itself/);
      assert.equal(requests, 1);
    },
  );
});

test("a fetch that follows redirects by itself leaves an add in doubt", async () => {
  const { leads } = scripted(
    [() => Object.defineProperty(new Response(OK.body), "redirected", { value: true })],
    {
      policy: ONCE,
    },
  );
  const error = await rejectionOf(leads.add({ empName: "a" }));
  assert.equal(error.code, "uncertain");
  assert.match(error.cause.cause.message, /this fetch follows redirects by itself/);
});
