"""The page's scripts in Node, where there is one: the browser tests run the same comparison in Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import chaveiro.doors.doctor

SCRIPTS = Path(chaveiro.doors.doctor.__file__).parent
COMPARE = Path(__file__).with_name("compare.js")
_PROGRAM = """
const { readFileSync } = require("fs");
const { files, expression, value } = JSON.parse(readFileSync(0, "utf8"));
const script = files.map((file) => readFileSync(file, "utf8")).join("\\n");
globalThis.value = value;
process.stdout.write(JSON.stringify(require("vm").runInThisContext(`${script}\\n(${expression})`)));
"""

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node here: the browser tests compare instead")


def evaluated(files: list[Path], expression: str, value: object) -> Any:
    """What an expression over `value` gives, once these files have run."""
    asked = json.dumps({"files": [str(file) for file in files], "expression": expression, "value": value})
    done = subprocess.run(["node", "-e", _PROGRAM], input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
