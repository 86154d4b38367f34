declare module "#core" {
  const module: WebAssembly.Module;
  export default module;
}
