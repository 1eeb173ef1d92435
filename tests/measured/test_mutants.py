"""What a change to the code that decides would have to get past."""

import re
import subprocess
import sys
from pathlib import Path

from tests.mutants.score import ROOT, SCORE_MIN
from tests.promises.plugin import Proof

PYTHON = Path("build") / f"py{sys.version_info.major}.{sys.version_info.minor}" / "venv-mutants" / "bin" / "python"


def test_a_change_to_what_decides_is_noticed(proof: Proof) -> None:
    """One change at a time to deciding, to reading credentials and to judging paths."""
    assert (ROOT / PYTHON).exists(), f"mutmut is not installed here: `make {PYTHON.parents[1]}/.ready` installs it"
    command = [str(ROOT / PYTHON), "-m", "tests.mutants"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"(\d+) of (\d+) changes noticed, (\S+)%", done.stdout)
    assert found, done.stdout
    assert int(found[1]) >= SCORE_MIN * int(found[2])
    proof("G1", dose=int(found[2]), figure=f"changes to what decides, of which tests notice {found[3]} %")
