"""The page tells findings in the words of the catalogue, and shows no value."""

import json
from random import Random

import pytest
from tests.doctor.node import SCRIPTS, evaluated, needs_node
from tests.doctor.vectors import ANY_CLASSES, Vector, vectors

from chaveiro.core.cause import Audience, Cause, Confidence, Finding
from chaveiro.core.credential import mint_key, mint_token
from chaveiro.doors.doctor import words
from chaveiro.words.explain import explain
from chaveiro.words.language import Language

FILES = [SCRIPTS / "engine.js", SCRIPTS / "telling.js"]
WORDS = json.loads(words.data())
KEY = mint_key(bytes(range(10)))
TOKEN = mint_token(KEY, bytes(range(33))).reveal()


def explained(finding: Vector, language: Language) -> dict[str, str]:
    facts = {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in finding["facts"].items()}
    told = explain(
        Finding(Cause(finding["cause"]), facts, {}, Confidence(finding["confidence"])),
        to=Audience.STRANGER,
        language=language,
    )
    return {"title": told.title, "detail": told.detail, "remedy": told.remedy}


@needs_node
@pytest.mark.parametrize("language", Language)
def test_the_page_says_what_an_answer_says(language: Language) -> None:
    """Word for word, whatever the figures are."""
    findings = list({json.dumps(one): one for vector in vectors(each=8) for one in vector["findings"]}.values())
    value = {"findings": findings, "words": WORDS, "language": language}
    told = evaluated(FILES, "value.findings.map((one) => telling.tell(one, value.words, value.language))", value)
    assert told == [explained(one, language) for one in findings]


@needs_node
def test_no_rendering_gives_more_than_eight_characters_of_a_body() -> None:
    """Whatever was done to a token, 57 of its 65 secret characters stay hidden; nothing of a stranger shows."""
    rng = Random(5)
    sent = [text for error in ANY_CLASSES for _ in range(20) if (text := error.do(TOKEN, rng).text)]
    sent += [
        "hunter2",
        "correct horse",
        TOKEN,
        f"{TOKEN} {TOKEN}",
        f'"{TOKEN}"',
        f"token={TOKEN}",
        TOKEN[:40],
        "A" * 128,
    ]
    cells = evaluated(FILES, "value.map((one) => telling.rendering(one, chaveiro.read(one, 'token')))", sent)
    for text, shown in zip(sent, cells, strict=True):
        letters = [one["text"] for one in shown if one["text"].isalnum() or one["text"] == "_"]
        assert len(letters) <= 12, text
        if not text.startswith("cvt_"):
            assert letters == [], text


@needs_node
@pytest.mark.parametrize(
    "text",
    [
        f"curl -H 'X-VTEX-API-AppKey: {KEY}' -H 'X-VTEX-API-AppToken: {TOKEN}' https://acme.example/api",
        f'curl --header "x-vtex-api-appkey:{KEY}" --header "x-vtex-api-apptoken: {TOKEN}"',
        f"GET / HTTP/1.1\r\nX-VTEX-API-AppKey: {KEY}\r\nX-VTEX-API-AppToken: {TOKEN}\r\n\r\n",
        f"VTEX_APP_KEY={KEY}\nVTEX_APP_TOKEN={TOKEN}\n",
        f'export APPKEY="{KEY}"\nexport APPTOKEN="{TOKEN}"',
        f'{{"appKey": "{KEY}", "appToken": "{TOKEN}"}}',
    ],
)
def test_a_pair_is_taken_out_of_what_people_have_at_hand(text: str) -> None:
    assert evaluated(FILES, "telling.gleaned(value)", text) == {"key": KEY, "token": TOKEN}


@needs_node
def test_damage_stays_when_a_pair_is_taken_out() -> None:
    taken = evaluated(FILES, "telling.gleaned(value)", f"X-VTEX-API-AppKey: “{KEY}”\nX-VTEX-API-AppToken:  {TOKEN} ")
    assert taken == {"key": f"“{KEY}”", "token": f" {TOKEN} "}
    assert evaluated(FILES, "telling.gleaned(value)", "nothing of the kind") is None


@needs_node
@pytest.mark.parametrize("at", range(70, 74))
def test_a_character_missing_at_the_end_opens_no_other_window(at: int) -> None:
    """What moves into the last four places stays hidden: two copies hurt differently would add up."""
    cells = evaluated(
        FILES, "telling.rendering(value, chaveiro.read(value, 'token'))", f"{TOKEN[:at]}{TOKEN[at + 1 :]}"
    )
    letters = "".join(one["text"] for one in cells if one["state"] == "shown")
    assert letters in {TOKEN[:8] + TOKEN[at + 1 :], ""}
