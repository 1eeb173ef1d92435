"""What the collector looks at in a process that answers: nothing that was there when it began."""

import subprocess
import sys

_ASKED = """
import gc
from chaveiro.serve.listen import set_aside, uncollected

class Ring:
    def __init__(self):
        self.own = self

with uncollected():
    assert not gc.isenabled()
    kept = Ring()
    set_aside()
    assert gc.isenabled()
    assert all(one is not kept for one in gc.get_objects())
    assert gc.get_freeze_count() > 10_000
    Ring()
    assert gc.collect() >= 1, "what is thrown away later is found"
try:
    with uncollected():
        raise SystemExit(2)
except SystemExit:
    assert gc.isenabled(), "also where it cannot start"
"""


def test_what_is_there_at_the_start_is_looked_at_no_more() -> None:
    """In a process of its own: what is set aside stays so."""
    subprocess.run([sys.executable, "-c", _ASKED], check=True, timeout=60)
