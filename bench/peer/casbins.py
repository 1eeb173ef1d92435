"""pycasbin: may a key's role do this? Role-based access control, 25 rules, the one that allows in the middle.

No token is verified. `fast` is its FastEnforcer, which looks only at the rules about what is asked for.
"""

from __future__ import annotations

import sys
from tempfile import NamedTemporaryFile

import casbin
from bench.peer.asked import KEYS, RULES, serve

MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""


def _fast(model: str) -> casbin.Enforcer:
    return casbin.FastEnforcer(model, cache_key_order=(1, 2))


def main(kind: str) -> None:
    """Answer for as many keys as everybody, each with the one role."""
    with NamedTemporaryFile("w", suffix=".conf") as model:
        model.write(MODEL)
        model.flush()
        enforcer = casbin.Enforcer(model.name) if kind == "plain" else _fast(model.name)
    enforcer.add_policies([["orders", f"R{number}", "call"] for number in range(RULES)])
    enforcer.add_grouping_policies([[f"k{number}", "orders"] for number in range(KEYS)])
    assert not enforcer.enforce("k0", "R999", "call")
    assert not enforcer.enforce("nobody", "R0", "call")
    wanted = f"R{RULES // 2}"
    serve(lambda number: enforcer.enforce(f"k{number}", wanted, "call"))


if __name__ == "__main__":
    main(sys.argv[1])
