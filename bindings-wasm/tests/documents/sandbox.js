import assert from "node:assert/strict";

const { QINCE_BASE_URL, QINCE_OPENID, QINCE_APP_KEY, QINCE_PUSH_SECRET } = process.env;

/** Where the sandbox is, and as whom to connect. */
export const account = { QINCE_BASE_URL, QINCE_OPENID, QINCE_APP_KEY, QINCE_PUSH_SECRET };

for (const [name, value] of Object.entries(account)) {
  if (!value) {
    const how = "start `cargo run -p qince-sandbox` and set what it prints, or run `cargo xtask test`";
    throw new Error(`${name} is not set: these tests need the sandbox; ${how}`);
  }
}

/** Asks the sandbox to do something, by its admin surface. */
export async function admin(method, path, body) {
  const url = `${QINCE_BASE_URL}/_sandbox/${path}`;
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The leads with this code that the sandbox keeps. */
export async function leadsOf(code) {
  const leads = await admin("GET", `leads?family=classic&code=${code}`);
  return leads.leads ?? leads;
}
