export default {
  mode: "production",
  target: "web",
  entry: "./main.js",
};
