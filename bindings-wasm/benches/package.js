// The package that is measured: a folder with dependencies of its own cannot import it by its name.

export { Account, QinceLeads, read } from "../dist/index.js";
