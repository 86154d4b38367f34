// End to end, against the sandbox that the `QINCE_…` environment variables name.

// One after the other: they share the sandbox.
import "./operations.js";
import "./faults.js";
import "./many.js";
import "./pushes.js";
