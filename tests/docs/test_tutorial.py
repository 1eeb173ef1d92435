"""The tutorial does what it says: its commands run, and answer what stands below them."""

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"
STEP = re.compile(r"^```bash\n(?P<commands>.*?)^```\n+^```text\n(?P<answer>.*?)^```", re.MULTILINE | re.DOTALL)
PAIR = re.compile(r"\b(cvk_\w+)\s+appToken\s+(cvt_\w+)")
STEPS_MIN = 9


def shown(line: str) -> re.Pattern[str]:
    """A line of the tutorial, `…` standing for what differs each time."""
    return re.compile(".*".join(re.escape(part) for part in line.split("…")))


def test_the_tutorial_answers_what_it_says(tmp_path: Path) -> None:
    """Somebody who types the tutorial, pasting the pair where it says so, reads its answers."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": programs, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
    steps = list(STEP.finditer(TUTORIAL.read_text(encoding="utf-8")))
    assert len(steps) >= STEPS_MIN
    for step in steps:
        typed = ["bash", "-c", step["commands"]]
        answer = subprocess.run(typed, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        for line in step["answer"].splitlines():
            assert shown(line).search(answer.stdout), f"no `{line}` after {step['commands']}{answer.stderr}"
        if pair := PAIR.search(answer.stdout):
            environment |= {"APP_KEY": pair[1], "APP_TOKEN": pair[2]}
