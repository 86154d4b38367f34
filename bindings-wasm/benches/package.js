// The package that is measured: a folder with dependencies of its own cannot import it by its name.

export { Account, read } from "../dist/index.js";
