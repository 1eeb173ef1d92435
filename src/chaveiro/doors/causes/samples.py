"""One made-up finding for every cause, as its page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaveiro.core.attempt import VALUE_LENGTH_MAX, Field, Need
from chaveiro.core.cause import Cause, Finding, Stage
from chaveiro.core.credential import KEY_CODE, KEY_LENGTH, KEY_PREFIX, TOKEN_LENGTH, TOKEN_PREFIX
from chaveiro.core.names import AppKey, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.cause import Fact

APP_KEY = AppKey(KEY_CODE.completed(list(range(16))))
OTHER_KEY = AppKey(KEY_CODE.completed(list(range(16, 32))))
LIST_ORDERS = Resource("OMS", "ListOrders")
NEED = Need((LIST_ORDERS,))
PATH = "/api/oms/pvt/orders"
PEOPLE = "ana@acme.example"
ROLE = "Pedidos"

_FACTS: Mapping[str, Fact] = {
    "address": "203.0.113.9",
    "at": 1772546527.0,  # 3 March 2026, 14:02:07 UTC
    "by": PEOPLE,
    "code_points": ("U+0020",),
    "count": 3,
    "field": Field.TOKEN,
    "granted": "OMS/Listorders",
    "home": "acmepanama",
    "length": 64,
    "length_max": VALUE_LENGTH_MAX,
    "marks": '""',
    "method": "GET",
    "methods": ("POST",),
    "other_key": OTHER_KEY,
    "part": "//",
    "path": PATH,
    "position": 29,
    "positions": (29, 30),
    "required": NEED,
    "retry_after": 5,
    "role": ROLE,
    "scheme": "Bearer",
    "vendor": "GitHub",
}

# Where the figure above would not be one of this cause.
_OWN: Mapping[Cause, Mapping[str, Fact]] = {
    Cause.VALUE_OVERSIZED: {"length": 4096},
    Cause.CREDENTIALS_IN_QUERY: {"carrier": "appToken"},
    Cause.WRONG_HEADER_NAME: {"carrier": "X_VTEX_API_AppKey", "expected": "X-VTEX-API-AppKey"},
    Cause.KEY_DUPLICATED: {"count": 2},
    Cause.KEY_PLACEHOLDER_VALUE: {"pattern": "{{…}}"},
    Cause.KEY_OTHER_ENVIRONMENT: {"prefix": "stk_"},
    Cause.TOKEN_OTHER_ENVIRONMENT: {"prefix": "stt_"},
    Cause.KEY_OUTER_WHITESPACE: {"positions": (KEY_LENGTH + 1,)},
    Cause.TOKEN_OUTER_WHITESPACE: {"positions": (TOKEN_LENGTH + 1,)},
    Cause.KEY_SPACE_INSIDE: {"positions": (12,)},
    Cause.KEY_LINE_BREAK_INSIDE: {"positions": (12,), "code_points": ("U+000A",)},
    Cause.KEY_INVISIBLE_CHARACTERS: {"positions": (1,), "code_points": ("U+FEFF",)},
    Cause.KEY_LABEL_PREFIX: {"position": len("X-VTEX-API-AppKey: ") + 1},
    Cause.TOKEN_LABEL_PREFIX: {"position": len("X-VTEX-API-AppToken: ") + 1},
    Cause.KEY_TRAILING_PUNCTUATION: {"marks": ","},
    Cause.KEY_LOOKALIKE_LETTERS: {"positions": (12,), "code_points": ("U+04xx",)},
    Cause.KEY_LETTER_CASE_CHANGED: {"positions": tuple(range(5, 16))},
    Cause.KEY_PREFIX_DAMAGED: {"prefix": KEY_PREFIX},
    Cause.TOKEN_PREFIX_DAMAGED: {"prefix": TOKEN_PREFIX},
    Cause.KEY_CHARACTERS_TRANSPOSED: {"positions": (12, 13)},
    Cause.KEY_ONE_CHARACTER_WRONG: {"position": 12},
    Cause.KEY_CHARACTER_MISSING: {"position": 12},
    Cause.KEY_CHARACTER_EXTRA: {"position": 12},
    Cause.KEY_CHARACTERS_MISSING: {"position": 12},
    Cause.KEY_CHARACTERS_EXTRA: {"position": 12},
    Cause.KEY_CONFUSABLE_CHARACTERS: {"positions": (12,)},
    Cause.KEY_TWO_CHARACTERS_WRONG: {"positions": (12, 19)},
    Cause.TOKEN_TWO_CHARACTERS_WRONG: {"positions": (12, 47)},
    Cause.KEY_SEVERAL_CHARACTERS_WRONG: {"positions": (7, 12, 19)},
    Cause.KEY_TRUNCATED: {"length": 20, "length_expected": KEY_LENGTH},
    Cause.TOKEN_TRUNCATED: {"length": 64, "length_expected": TOKEN_LENGTH},
    Cause.KEY_START_MISSING: {"length": 22, "length_expected": KEY_LENGTH},
    Cause.TOKEN_START_MISSING: {"length": 66, "length_expected": TOKEN_LENGTH},
    Cause.KEY_MISTYPED_BEYOND_REPAIR: {"length": KEY_LENGTH},
    Cause.TOKEN_MISTYPED_BEYOND_REPAIR: {"length": TOKEN_LENGTH},
    Cause.KEY_UNRECOGNISED: {"length": 16},
    Cause.GRANT_NOT_PROPAGATED: {"retry_after": 1},
}


def sample(cause: Cause) -> Finding:
    """A finding of this cause with every fact that it carries."""
    twin = cause.of(Field.KEY)
    facts = {**_FACTS, **_OWN.get(twin, {}), **_OWN.get(cause, {})}
    told = {name: facts[name] for name in cause.facts}
    if cause is Cause.NO_ROLE_LINKED:
        told["required"] = NEED
    past_proof = cause.stage in {Stage.LIFECYCLE, Stage.AUTHORIZATION}
    return Finding(cause, told, {"by": PEOPLE} if past_proof and "at" in cause.facts else {})
