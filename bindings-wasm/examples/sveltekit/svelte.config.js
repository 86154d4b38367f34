import adapter from "@sveltejs/adapter-node";

// A push is a form that comes from no page. SvelteKit refuses such (403) before any code of yours runs, unless it trusts
// all origins; src/hooks.server.ts then refuses the forms of other sites at all other places.
export default { kit: { adapter: adapter(), csrf: { trustedOrigins: ["*"] } } };
