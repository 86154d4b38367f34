"""A small reference model of the rules, written from the vendor's page and sharing no code with the SDK."""
