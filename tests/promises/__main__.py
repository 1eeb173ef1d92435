"""Writes the promises' sentences into their page anew: `python -m tests.promises`."""

import re
from pathlib import Path

from tests.promises.table import promises, rows

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "promises.md"

if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    table = "\n".join(rows(promises().values()))
    PAGE.write_text(re.sub(r"\| G1 \|.*\| G24 \|[^\n]*", lambda _: table, text, flags=re.DOTALL), "utf-8")
