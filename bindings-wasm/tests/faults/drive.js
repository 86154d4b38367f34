// What every runtime does: it takes the client through the faults that the control server hands out, and reports what
// came of them. A platform says how its `fetch` goes by a proxy and trusts an authority, and how much memory it took.

/** As many cases as a busy machine carries out within their time-outs. */
const AT_ONCE = 8;

/**
 * Runs the table, or what `words` say (`bounds`, or `chaos` and a number); returns what is not as it should be, a line
 * each.
 */
export async function drive({ QinceLeads, isQinceError }, platform, { control, transport, words }) {
  const [kind = "table", adds] = words;
  const task = await asked(`${control}/runs`, { transport, kind, ...(adds && { adds: Number(adds) }) });
  const client = (options) =>
    new QinceLeads({
      openid: task.openid,
      appKey: task.app_key,
      allowKeyInBrowser: true,
      timeoutMs: task.timeout_ms,
      connectTimeoutMs: task.connect_timeout_ms,
      ...options,
    });

  /** Adds the lead of a case, and tells what became of it. */
  async function reported({ id, base_url: baseUrl, proxy, trust, warm_up: warmUp, pause_ms: pauseMs, lead }) {
    const attempts = [];
    const route = platform.route({ proxy, authority: trust ? task.ca_pem : undefined });
    const leads = client({
      baseUrl,
      fetch: route.fetch,
      policy: { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 50 },
      onAttempt: (attempt) => attempts.push(attempt),
    });
    if (warmUp) {
      await leads.query({ code: "warm-up" }).toArray();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    const error = await leads.add(given(lead)).then(
      () => undefined,
      (error) => error,
    );
    await route.close?.();
    const added = attempts.filter(({ operation }) => operation === "add");
    return {
      id,
      adds: added.map(({ outcome }) => outcome),
      ...ended(error),
      message: texts(error, platform.inspect),
    };
  }

  const report = {
    table: async () => {
      const waiting = task.cases.entries();
      const cases = [];
      const work = async () => {
        for (const [at, each] of waiting) cases[at] = await reported(each);
      };
      await Promise.all(Array.from({ length: platform.atOnce ?? AT_ONCE }, work));
      return { cases };
    },
    bounds: async () => {
      const cases = [];
      for (const each of task.cases) cases.push(await reported(each));
      return { cases, peak_mib: await platform.peakMib() };
    },
    chaos: async () => {
      const leads = client({
        baseUrl: task.base_url,
        policy: { maxAttempts: 4, baseDelayMs: 20, maxDelayMs: 200 },
      });
      const adding = task.leads.map((lead) => leads.add(given(lead)).then(ended, ended));
      return { ends: (await Promise.all(adding)).map(({ end, failure }) => [end, failure]) };
    },
  };
  const judgement = await asked(`${control}/runs/${task.run}`, await report[kind]());
  if (kind === "chaos") console.error(JSON.stringify(judgement));
  return judgement.failed;

  function ended(error) {
    const isError = error instanceof Error;
    if (isError && !isQinceError(error)) throw error;
    return { end: isError ? error.code : "ok", failure: isError ? (error.failure ?? null) : null };
  }
}

/**
 * Says of a failure that nothing has left where the runtime's own words for that tell so, and names the proxy in whose
 * way it stood: a `fetch` of one's own is to do that, as the README says.
 */
export function telling(NotSentError, proxy, isNotSent) {
  return (cause) => {
    const where = proxy === null ? "no connection" : `by the proxy ${new URL(proxy).host}`;
    throw isNotSent(cause) ? new NotSentError(where, { cause }) : new Error(where, { cause });
  };
}

async function asked(url, question) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(question) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

function given({ cus_name, emp_name, code }) {
  return { cus_name, empName: emp_name, code };
}

/** All that an error and its causes say, and what the runtime prints of them. */
function texts(error, inspect = String) {
  if (error === undefined) return null;
  const said = [inspect(error)];
  for (let cause = error; cause !== undefined; cause = cause.cause) {
    said.push(`${cause.stack}`, JSON.stringify(cause), inspect(cause));
  }
  return said.join("\n");
}
