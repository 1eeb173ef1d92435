"""Faults that a request shows by itself: presence, the relation of its two values, the shape of one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chaveiro.core.cause import Cause
from corpus import damage, slips
from corpus.encoder import KEY, KEY_DATA, TOKEN, TOKEN_DATA, native_pair
from corpus.faults import Fault, damaged, fault, of_field
from corpus.scene import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from corpus.faults import Change
    from corpus.scene import Scene

PARTS: Final = ("key", "token")
WRONG_NAMES: Final = {
    "key": ("X-API-Key", "X-VTEX-API-App-Key", "AppKey", "X-AppKey", "X_VTEX_API_AppKey"),
    "token": ("X-API-Token", "X-VTEX-API-App-Token", "AppToken", "X-AppToken", "X_VTEX_API_AppToken"),
}
PLACEHOLDERS: Final = (
    "{{{{app{part}}}}}", "<your app {part}>", "null", "undefined", "None", "${{VTEX_APP_{upper}}}", "$VTEX_APP_{upper}",
    "YOUR_APP_{upper}", "%VTEX_APP_{upper}%",
)  # fmt: skip
BRANDS: Final = ("loja", "acm", "dev", "shop")
WORDS: Final = (
    "correct horse battery staple",
    "loja42",
    "ana@acme.example",
    "Senha!2026",
    "integracao-erp",
    "S3cret-Pass",
)
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_MIXED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + _LOWER

SHAPES: Final[tuple[tuple[str, tuple[damage.Damage, ...]], ...]] = (
    ("outer_whitespace", (damage.outer_blank,)),
    ("space_inside", (damage.inner_blank,)),
    ("line_break_inside", (damage.inner_break,)),
    ("invisible_characters", (damage.invisible, damage.invisible_mojibake)),
    ("surrounding_quotes", (damage.quoted, damage.quoted_mojibake, damage.half_quoted, damage.quoted_abnt2)),
    ("scheme_prefix", (damage.scheme,)),
    ("label_prefix", (damage.label, damage.label_abnt2)),
    ("trailing_punctuation", (damage.punctuation,)),
    ("extra_text", (damage.sentence, damage.embedded)),
    ("pasted_twice", (damage.twice,)),
    ("percent_encoded", (damage.percent,)),
    ("escape_sequences", (damage.escapes,)),
    ("html_entities", (damage.entities,)),
    ("base64_encoded", (damage.in_base64,)),
    ("lookalike_letters", (damage.lookalike, damage.full_width)),
    ("letter_case_changed", (damage.case,)),
    ("confusable_characters", (damage.confused,)),
    ("prefix_damaged", (slips.prefix, slips.prefix_lost(4))),
    ("characters_transposed", (slips.neighbours,)),
    ("one_character_wrong", (slips.one_wrong, slips.one_key_wrong, slips.one_lookalike_wrong)),
    ("character_missing", (slips.missing(1),)),
    ("character_extra", (slips.added(1), slips.doubled)),
    ("two_characters_wrong", (slips.two_wrong, slips.two_illegal, slips.one_of_two_illegal)),
    ("masked_value", (damage.masked,)),
    ("mistyped_beyond_repair", (damage.shuffled,)),
)
SIZED: Final[dict[str, tuple[tuple[str, tuple[damage.Damage, ...]], ...]]] = {
    "key": (
        ("characters_missing", (slips.missing(2), slips.missing(3))),
        ("characters_extra", (slips.added(2), slips.added(3))),
        ("several_characters_wrong", (slips.several(3), slips.qwertz, slips.azerty)),
        ("truncated", (slips.cut(6, 18),)),
        ("start_missing", (slips.beheaded(5, 6), slips.beheaded(7, 8))),
    ),
    "token": (
        ("characters_missing", (slips.missing(2), slips.missing(5), slips.missing(8))),
        ("characters_extra", (slips.added(2), slips.added(5), slips.added(8))),
        ("several_characters_wrong", (slips.several(3), slips.several(4), slips.qwertz, slips.azerty)),
        ("truncated", (slips.cut(2, 9), slips.cut(10, 60))),
        ("start_missing", (slips.beheaded(5, 12), slips.beheaded(13, 30))),
    ),
}


def request_faults() -> Iterator[Fault]:
    """Every fault of this module, one for each way in which it comes about."""
    yield from _presence()
    yield from _relation()
    for part in PARTS:
        for label, ways in (*SHAPES, *SIZED[part]):
            yield from (damaged(part, label, way) for way in ways)
        yield fault(f"{part} is a word", of_field("unrecognised", part), _sending(part, _word))
    yield fault("token of the other key", Cause.PAIR_MISMATCH, lambda scene, _: scene.sends("token", scene.other.token))


def _presence() -> Iterator[Fault]:
    yield fault("nothing sent", Cause.CREDENTIALS_MISSING, lambda scene, _: replace(scene, key=None, token=None))
    for part in PARTS:
        yield fault(f"{part} not sent", of_field("missing", part), _setting(part, None))
        yield fault(f"{part} sent twice", of_field("duplicated", part), _twice(part))
        yield fault(f"{part} empty", of_field("empty", part), _setting(part, ""))
        yield fault(f"{part} placeholder", of_field("placeholder_value", part), _sending(part, _placeholder))
        yield fault(f"{part} in another header", Cause.WRONG_HEADER_NAME, _misnamed(part))
        yield fault(f"{part} too long", Cause.VALUE_OVERSIZED, _sending(part, _oversized))
    yield fault("token in the query", Cause.CREDENTIALS_IN_QUERY, _token_in_query)
    yield fault("pair in the query", Cause.CREDENTIALS_IN_QUERY, _pair_in_query)


def _relation() -> Iterator[Fault]:
    yield fault("swapped", Cause.FIELDS_SWAPPED, lambda scene, _: replace(scene, key=scene.token, token=scene.key))
    yield fault("token twice", Cause.TOKEN_IN_BOTH_FIELDS, lambda scene, _: scene.sends("key", scene.token))
    yield fault("key twice", Cause.KEY_IN_BOTH_FIELDS, lambda scene, _: scene.sends("token", scene.key))
    yield fault("token for key", Cause.TOKEN_IN_KEY_FIELD, _token_for_key)
    yield fault("key for token", Cause.KEY_IN_TOKEN_FIELD, _key_for_token)
    for part in PARTS:
        yield fault(f"joined in the {part}", Cause.KEY_AND_TOKEN_JOINED, _joined(part))
        yield fault(f"{part} of another vendor", of_field("foreign_credential", part), _sending(part, foreign))
        yield fault(f"{part} of another brand", of_field("other_environment", part), _rebranded(part))


# ---------------------------------------------------------------------------------------------------- how they are done


def _setting(part: str, text: str | None) -> Change:
    return lambda scene, _: scene.sends(part, text)


def _sending(part: str, make: Callable[[str, Random], str]) -> Change:
    return lambda scene, random: scene.sends(part, make(part, random))


def _word(_part: str, random: Random) -> str:
    return random.choice((*WORDS, "".join(random.choices(_MIXED, k=random.randint(6, 14)))))


def _placeholder(part: str, random: Random) -> str:
    return random.choice(PLACEHOLDERS).format(part=part.title(), upper=part.upper())


def _oversized(_part: str, random: Random) -> str:
    return "".join(random.choices(_MIXED, k=random.randint(1025, 2048)))


def _twice(part: str) -> Change:
    def change(scene: Scene, random: Random) -> Scene:
        count = random.randint(2, 3)
        scene = replace(scene, in_body=False)
        return replace(scene, key_count=count) if part == "key" else replace(scene, token_count=count)

    return change


def _misnamed(part: str) -> Change:
    def change(scene: Scene, random: Random) -> Scene:
        name = random.choice(WRONG_NAMES[part])
        names = (name, HEADERS[1]) if part == "key" else (HEADERS[0], name)
        return replace(scene, names=names, in_body=False)

    return change


def _token_in_query(scene: Scene, random: Random) -> Scene:
    name = random.choice(("AppToken", "appToken", "X-VTEX-API-AppToken", "token"))
    return replace(scene, token=None, in_body=False, query=f"page=1&{name}={scene.token}")


def _pair_in_query(scene: Scene, _random: Random) -> Scene:
    return replace(scene, key=None, token=None, in_body=False, query=f"AppKey={scene.key}&AppToken={scene.token}")


def _token_for_key(scene: Scene, random: Random) -> Scene:
    return replace(scene, key=scene.token).sends("token", random.choice(WORDS))


def _key_for_token(scene: Scene, random: Random) -> Scene:
    return replace(scene, token=scene.key).sends("key", random.choice(WORDS))


def _joined(part: str) -> Change:
    def change(scene: Scene, random: Random) -> Scene:
        return scene.sends(part, f"{scene.key}{random.choice((':', ' ', '/', ''))}{scene.token}")

    return change


def _rebranded(part: str) -> Change:
    def change(scene: Scene, random: Random) -> Scene | None:
        if scene.shape != "native":
            return None
        brand, theirs = random.choice(BRANDS), native_pair(random)
        if part == "key":
            return scene.sends(part, KEY.value(brand, theirs.key[4 : 4 + KEY_DATA]))
        return scene.sends(part, TOKEN.value(brand, theirs.token[4 : 4 + TOKEN_DATA]))

    return change


def foreign(_part: str, random: Random) -> str:
    """A credential of somebody else's making, by its public shape."""

    def some(count: int, of: str = _MIXED) -> str:
        return "".join(random.choices(of, k=count))

    forms = (
        lambda: f"ghp_{some(36)}",
        lambda: f"sk_live_{some(24)}",
        lambda: f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{some(43)}",
        lambda: f"AKIA{some(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
        lambda: f"xoxb-{some(11, '0123456789')}-{some(12, '0123456789')}-{some(24)}",
        lambda: f"AIza{some(35)}",
        lambda: f"glpat-{some(20)}",
    )
    return random.choice(forms)()
