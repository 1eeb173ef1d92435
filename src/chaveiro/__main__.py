"""`python -m chaveiro` is `chaveiro`."""

from chaveiro.doors.cli import main

main()
