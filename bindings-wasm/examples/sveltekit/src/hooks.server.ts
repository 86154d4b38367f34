// Refuses forms that pages of other sites send, as SvelteKit would, but for the push, which its signature protects.

import type { Handle } from "@sveltejs/kit";

const FORMS = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

export const handle: Handle = ({ event, resolve }) => {
  const { request, url } = event;
  const isForm = FORMS.test(request.headers.get("Content-Type") ?? "");
  const isForeign = isForm && request.method !== "GET" && request.headers.get("Origin") !== url.origin;
  if (isForeign && url.pathname !== "/push") return new Response("a form of another site", { status: 403 });
  return resolve(event);
};
