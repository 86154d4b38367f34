"""`python -m qince_leads`: the command line."""

from qince_leads.cli import main

main()
