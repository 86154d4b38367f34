// The tools lie outside of this folder.
export default { outputFileTracingRoot: "/", turbopack: { root: "/" } };
