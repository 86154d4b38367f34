"""How the package behaves, told test by test."""
