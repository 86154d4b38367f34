export default {
  mode: "production",
  target: "node",
  entry: "./main.js",
  // The project's package.json says that a .js file is an ES module; webpack writes CommonJS.
  output: { filename: "main.cjs" },
};
