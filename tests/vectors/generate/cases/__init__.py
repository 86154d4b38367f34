"""The cases: one module per file of the suite, each with a function `cases()`."""
