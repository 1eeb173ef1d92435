"""Writes the promises' sentences into their page anew: `python -m tests.promises`."""

import re
from pathlib import Path

from tests.promises.table import promises, rows

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "promises.md"

if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    table = "\n".join(rows(promises().values()))
    PAGE.write_text(re.sub(r"(?:\| G\d+ \|[^\n]*\n)+", lambda _: f"{table}\n", text), "utf-8")
