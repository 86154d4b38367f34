"""End to end, against the sandbox that the `QINCE_…` environment variables name, or one that is started here."""
