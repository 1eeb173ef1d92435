"""Values and pairs of every kind of damage, each with what the engine in Python finds: what engine.js must find too.

Made anew from a seed whenever they are needed, which takes seconds, so that no copy of them can grow old.
"""

# ruff: noqa: E501, RUF001 - long lists of the characters that people paste

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from random import Random
from typing import Any, Final

from bench.hostile import HOSTILE, values
from tests.doctor.errors import CLASSES, CLASSES_OF_DEPTH_2, KEYBOARD, fresh_pair
from tests.doctor.keyboards import ABNT2, AZERTY, QWERTZ, US, read_as

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Finding
from chaveiro.core.credential import KEY_CODE, TOKEN_CODE, Code, mint_vtex_key, mint_vtex_token
from chaveiro.core.names import AccountName
from chaveiro.doctor.pair import relate
from chaveiro.doctor.reading import Reading, read

SEED: Final = 20260303
EACH: Final = 40  # vectors of each class of errors
DRESSES: Final = (
    "{}", " {}", '"{}"', "Bearer {}", "{}\n", "\u200b{}", "{}.", "X-VTEX-API-AppKey: {}", "“{}”", "{{{}}}", "${{{}}}",
    "<{}>", "appToken='{}';", '{{"appToken": "{}"}}', "curl -H 'X-VTEX-API-AppToken: {}' https://acme.example", "{}{}",
    "{} {}", "token {} please", "&quot;{}&quot;", "&#34;{}&#x22;", "%22{}%22", "\\u0022{}\\u0022", '\\"{}\\"', "»{}«",
    "\ufeff{}\r\n", "\t\u00a0{}\u3000", "‘{}’,", "basic: {}", "OAuth {}", "Token: Bearer {}", "- {}", "{}…", "{}/",
    "export VTEX_TOKEN={}", 'set TOKEN="{}"', "{}\x00", "\x1c{}\x85", "😀{}", "{}😀", "€{}", "Ã©{}", "â€œ{}â€\u009d",
    "{}\u2028{}", "  {}\n  ", "x{}", "{}xy", "abc_{}", "ab{}cd", "&nbsp;{}&lowbar;", "&amp;quot;{}&amp;quot;", "=?{}?=",
    "AppKeyToken key={}", "\"appKey\" => '{}'", "value := {}", "| {} |", "{}&an=acme", "https://x.example/?appToken={}",
)  # fmt: skip
STRANGERS: Final = (
    "", " ", "\n", "null", "NULL", "'none'", "{{appToken}}", "${TOKEN}", "$TOKEN", "%TOKEN%", "<your token>", "your-token",
    "[object Object]", "[YOUR TOKEN]", "INSERT_YOUR_KEY", "seu token aqui", "process.env.TOKEN", "@@TOKEN@@", "$(cat x)",
    "xxxx-xxxx", "xxxxxxxx", "****", "••••••••", "cvt_••••••", "cvt_1qts...efr1", "cvt_1qts…efr1", "vtexappkey-acme-******",
    "Basıc abcdefghijkl", "toKen: abcdefghijkl", "ſeu token", "hunter2", "correct horse battery staple", "Tr0ub4dor&3", "ana@acme.example", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.c2lnbg",
    "ghp_" + "a1B2" * 9, "sk_live_" + "4eC39HqLyjWDarj" * 2, "AKIAIOSFODNN7EXAMPLE", "glpat-" + "x1Y2" * 6,
    "123e4567-e89b-12d3-a456-426614174000", "SG." + "a" * 22 + "." + "b" * 43, "-----BEGIN PRIVATE KEY-----\nMIIE",
    "cvk_", "cvt_", "cvk", "cvt_1", "CVT_", "cvt_" + "0" * 70, "cvk_" + "0" * 22, "cvt_" + "z" * 80, "cvt_" + "é" * 70,
    "vtexappkey-acme-ABCDEF", "VTEXAPPKEY-ACME-ABCDEF", "vtexapkey-acme-ABCDEF", "vtexappkey_acme_ABCDEF",
    "vtexappkey-acme-ABCDE", "vtexappkey-acme-ABCDEFGH", "vtexappkey-acme-ABC0EF", "vtexappkey-acme-ABC1EF", "vtexappkeyacmeABCDEF",
    "vtxappkey-acme-abcdef", "vtexappkey-acme-", "x" * 1024, "x" * 1025, "😀" * 1025, "a b " * 200, "A" * 127, "A" * 128, "A" * 129,
    "AB" * 63, "AB" * 64, "AB" * 66, "AB" * 90, "ab" * 64, "A0" * 64, "ÀB" * 64, "A" * 64, "A" * 39, "A" * 40,
)  # fmt: skip
ANY_CLASSES: Final = tuple(one for one in (*CLASSES, *CLASSES_OF_DEPTH_2) if one.name != "5 read as s")  # has an end
ODD: Final = (
    KEYBOARD
    + "\u200b\u00a0\u2009\ufeff\u00ad\n\r\t\x00\x1c\x7f\x85“”‘’…·•–—аеорсɡıſK😀𝐚𝟎ｃｖ＿éÃ¢â€œ%\\&#;="
    + "cvkt_" * 6
)

TYPED: Final = (
    "{}",
    "{}",
    '"{}"',
    "'{}'",
    "[{}]",
    "`{}`",
    "{{{}}}",
    "X-VTEX-API-AppToken: {}",
    'token: "{}"',
    "TOKEN='{}'",
)

Vector = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent; None where one value is read alone."""

    key: str | None
    token: str | None
    depth: int = 2


def vectors(*, seed: int = SEED, each: int = EACH) -> list[Vector]:
    """Every case with what is found in it, ready for JSON."""
    return [found(sent) for sent in cases(Random(seed), each)]


def found(sent: Sent) -> Vector:
    key = None if sent.key is None else read(sent.key, Field.KEY, depth=sent.depth)
    token = None if sent.token is None else read(sent.token, Field.TOKEN, depth=sent.depth)
    told: Vector = {"key": sent.key, "token": sent.token, "depth": sent.depth}
    if key and token:
        pair = relate(key, token)
        repaired = [secret.reveal() if secret else None for secret in (pair.key, pair.token)]
        return {**told, "findings": [_plain(one) for one in pair.findings], "repaired": repaired}
    return {**told, **_alone(key or token)}


def cases(rng: Random, each: int) -> Iterator[Sent]:
    """Values alone and pairs: healthy, damaged in each known way, in several at once, and strangers."""
    yield from _singles(rng, each)
    yield from _pairs(rng, each)
    for text in STRANGERS:
        yield Sent(text, None)
        yield Sent(None, text)
        yield Sent(text, text)
    for _ in range(each * 20):
        yield _anything(rng)
    for number, maker in enumerate(HOSTILE.values()):  # what makes an examination dear, where it is cut short
        for at, text in enumerate(values(maker, number)[:: max(160 // each, 1)]):
            yield Sent(text, None, 1 + at % 2) if rng.random() < 0.3 else Sent(None, text, 1 + at % 2)


def _singles(rng: Random, each: int) -> Iterator[Sent]:
    for error in (*CLASSES, *CLASSES_OF_DEPTH_2):
        for _ in range(each):
            key, token = fresh_pair(rng)
            yield Sent(None, error.do(token, rng).text, rng.choice((1, 2, 2, 2)))
            if error in ANY_CLASSES:
                yield Sent(_tried(lambda value: error.do(value, rng).text, key), None)  # noqa: B023 - called at once
    for hands, system in permutations((US, ABNT2, QWERTZ, AZERTY), 2):
        for _ in range(each // 2):
            (key, token), dress = fresh_pair(rng), rng.choice(TYPED)
            composing = rng.random() < 0.5
            yield Sent(read_as(dress.format(key), hands, system, composing=composing), None)
            yield Sent(None, read_as(dress.format(token), hands, system, composing=composing))
    for dress in DRESSES:
        for _ in range(each // 4):
            for value in (*fresh_pair(rng), *_vtex_pair(rng)):
                dressed = dress.replace("{{", "{").replace("}}", "}").replace("{}", value)
                yield rng.choice((Sent(dressed, None), Sent(None, dressed)))
    for _ in range(each * 10):
        vtex_key, vtex_token = _vtex_pair(rng)
        yield Sent(_disturbed(vtex_key, rng), None)
        yield Sent(None, _disturbed(vtex_token, rng))
        yield Sent(_tried(rng.choice((str.upper, str.lower, str.title, _leet)), vtex_key), None)
        yield Sent(
            None, rng.choice((str.lower, _leet, lambda t: t[: rng.randrange(128)], lambda t: t + t[:9]))(vtex_token)
        )


def _pairs(rng: Random, each: int) -> Iterator[Sent]:
    for _ in range(each * 25):
        (key, token), (other, _) = (rng.choice((fresh_pair, fresh_pair, _vtex_pair))(rng) for _ in range(2))
        damage, second = (rng.choice(ANY_CLASSES).do for _ in range(2))
        hurt_key = _tried(lambda value: second(value, rng).text, key)  # noqa: B023 - called at once
        hurt = _tried(lambda value: damage(value, rng).text, token)  # noqa: B023 - called at once
        joint = rng.choice((":", " ", "\n", ";", "", "&appToken="))
        yield rng.choice(
            (
                Sent(key, token), Sent(token, key), Sent(key, key), Sent(token, token), Sent(other, token),
                Sent(hurt_key, hurt), Sent(hurt, hurt_key), Sent(key, hurt), Sent(hurt, key), Sent(hurt, hurt),
                Sent(key, f"{key}{joint}{token}"), Sent(f"{token}{joint}{key}", ""), Sent(f"{hurt_key}{joint}{hurt}", "x"),
                Sent(base64.b64encode(f"{key}:{token}".encode()).decode(), token), Sent("", token), Sent(key, ""),
                Sent(rng.choice(STRANGERS), hurt), Sent(hurt_key, rng.choice(STRANGERS)), Sent(f"{key}&{token}", token),
            )
        )  # fmt: skip


def _anything(rng: Random) -> Sent:
    """A value, or a value of a neighbouring brand, changed in several places by whatever comes."""
    value = rng.choice((*fresh_pair(rng), *_vtex_pair(rng), _other_brand(rng)))
    if rng.random() < 0.3:
        error = rng.choice(ANY_CLASSES)
        value = _tried(lambda text: error.do(text, rng).text, value)
    for _ in range(rng.randrange(4)):
        value = _disturbed(value, rng)
    if rng.random() < 0.2:
        value = rng.choice(DRESSES).replace("{}", value)
    return rng.choice((Sent(value, None), Sent(None, value)))


def _disturbed(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    odd = "".join(rng.choices(ODD, k=rng.choice((1, 1, 1, 2, 5))))
    to = min(at + rng.choice((0, 0, 1, 1, 2, 7)), len(text))
    return text[:at] + rng.choice((odd, "", text[at:to][::-1], text[at:to].swapcase())) + text[to:]


def _vtex_pair(rng: Random) -> tuple[str, str]:
    account = AccountName(rng.choice(("acme", "a", "store9", "a" * 32)))
    return mint_vtex_key(account, rng.randbytes(16)), mint_vtex_token(rng.randbytes(96)).reveal()


def _other_brand(rng: Random) -> str:
    code = rng.choice((KEY_CODE, TOKEN_CODE))
    brand = Code(rng.choice(("stk", "dev", "prod", "x1")), code.data, code.check, code.generator, code.target)
    return brand.completed([rng.randrange(32) for _ in range(code.data)])


def _leet(text: str) -> str:
    return text.replace("O", "0").replace("I", "1").replace("L", "1")


def _tried(do: Callable[[str], str], value: str) -> str:
    """Damage made for tokens done to another value, where that can be."""
    try:
        return do(value)
    except (IndexError, ValueError, KeyError):
        return value


def _alone(reading: Reading | None) -> Vector:
    assert reading is not None
    repaired = reading.repaired.reveal() if reading.repaired else None
    return {"findings": [_plain(one) for one in reading.findings], "kind": reading.kind, "repaired": repaired}


def _plain(finding: Finding) -> Vector:
    facts = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in finding.facts.items()}
    return {"cause": finding.cause, "facts": facts, "confidence": finding.confidence.value}
