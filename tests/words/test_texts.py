"""Every cause and every reason has words, and they quote only what is always known."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from tests.words.placeholders import placeholders

import chaveiro
from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause
from chaveiro.core.command import Reason
from chaveiro.words.causes import TEXTS
from chaveiro.words.language import Language, sentences
from chaveiro.words.refusals import REFUSALS

ABOUT_ONE_VALUE = {"field", "header"}


def known(cause: Cause) -> set[str]:
    """The placeholders that a cause's sentences may have."""
    return {*cause.facts, *(ABOUT_ONE_VALUE if cause.field or "field" in cause.facts else ())}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_told_in_every_language(cause: Cause) -> None:
    text = TEXTS[cause]
    for language in Language:
        for sentence in (text.title, text.detail, text.remedy):
            said = sentences(language).gettext(sentence)
            assert said
            assert placeholders(said) <= known(cause)
            assert language is Language.EN or said != sentence


@pytest.mark.parametrize("cause", Cause)
def test_a_title_is_the_same_from_denial_to_denial(cause: Cause) -> None:
    """As RFC 9457 asks: only which of the two values it is may stand in it."""
    title = TEXTS[cause].title
    assert placeholders(title) <= (ABOUT_ONE_VALUE if cause.field else set())
    assert not title.endswith(".")


@pytest.mark.parametrize("cause", Cause)
def test_details_and_remedies_are_whole_sentences(cause: Cause) -> None:
    text = TEXTS[cause]
    assert text.detail.endswith(".")
    assert text.remedy.endswith(".")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause.field])
def test_both_values_are_told_alike(cause: Cause) -> None:
    """Only what can be done about it may differ: an appKey can be read again, an appToken cannot."""
    twins = [TEXTS[cause.of(part)] for part in Field]
    assert len({(twin.title, twin.detail) for twin in twins}) == 1


def test_no_two_causes_have_one_title() -> None:
    for language in Language:
        spoken = sentences(language)
        titles = defaultdict(set)
        for cause in Cause:
            titles[spoken.gettext(TEXTS[cause].title).format(field=cause.field, header="")].add(cause)
        assert [causes for causes in titles.values() if len(causes) > 1] == []


@cache
def made_refusals() -> dict[str, list[set[str]]]:
    """The facts of every refusal that is made anywhere, as the source spells them."""
    made = defaultdict(list)
    for file in Path(chaveiro.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "Refusal":
                continue
            facts = call.args[1] if len(call.args) > 1 else None
            keys = facts.keys if isinstance(facts, ast.Dict) else []
            names = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
            for reason in ast.walk(call.args[0]):
                if isinstance(reason, ast.Attribute):
                    made[reason.attr].append(names)
    return made


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_every_language(reason: Reason) -> None:
    text = REFUSALS[reason]
    assert not text.message.endswith(".")
    assert text.remedy.endswith(".")
    for language in Language:
        for sentence in (text.message, text.remedy):
            said = sentences(language).gettext(sentence)
            assert said
            assert language is Language.EN or said != sentence


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_quotes_only_the_facts_that_it_always_carries(reason: Reason) -> None:
    text = REFUSALS[reason]
    for facts in made_refusals()[reason.name]:
        assert placeholders(text.message) | placeholders(text.remedy) <= facts


def test_refusals_were_found_in_the_source() -> None:
    """Otherwise the test above would hold for nothing."""
    assert len(made_refusals()) >= len(Reason) - 2  # of two the reason is chosen before the refusal is made
