"""What each audience may read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.attempt import Match, Need
from chaveiro.core.cause import Audience, Cause, Code, Confidence, Fact, Finding, Stage
from chaveiro.core.command import Reason, Refusal
from chaveiro.core.names import Resource
from chaveiro.words.explain import coarser, explain, refuse
from chaveiro.words.language import Language

SECRET = "kept for keepers"
NEED = Need((Resource("OMS", "ListOrders"), Resource("Checkout", "AcessaTodosPedidos")))
FACTS: dict[str, Fact] = {
    "positions": (29, 30),
    "code_points": ("U+0020",),
    "methods": ("POST",),
    "required": NEED,
    "field": "token",
}
COUNTED = {"position", "count", "length", "length_max", "length_expected", "retry_after", "at"}


def finding(cause: Cause, *, marker: str = SECRET, confidence: Confidence = Confidence.CERTAIN) -> Finding:
    """A finding with every fact of its cause; what only keepers may know holds *marker*."""
    facts = {name: 7 if name in COUNTED else FACTS.get(name, marker) for name in cause.facts}
    return Finding(cause, facts, {"by": marker, "why": marker}, confidence)


every_finding = st.builds(finding, st.sampled_from(Cause), confidence=st.sampled_from(Confidence))


@given(every_finding, st.sampled_from(Audience), st.sampled_from(Language))
def test_nobody_reads_a_cause_that_is_not_theirs(found: Finding, to: Audience, language: Language) -> None:
    told = explain(found, to=to, language=language)
    assert told.cause.audience <= to
    assert set(told.facts) <= set(told.cause.facts)
    if to is not Audience.KEEPER:
        assert told.evidence == {}
    if told.cause is not found.cause:
        assert SECRET not in f"{told}"


@given(every_finding, st.sampled_from(Language))
def test_a_stranger_reads_no_permission_and_no_store_fact(found: Finding, language: Language) -> None:
    told = explain(found, to=Audience.STRANGER, language=language)
    assert told.required is None
    assert told.evidence == {}
    assert told.confidence is None
    assert told.code not in {Code.PERMISSION_DENIED, Code.CREDENTIAL_NOT_ACTIVE}


@given(every_finding, st.sampled_from(Audience), st.sampled_from(Language))
def test_every_explanation_is_whole(found: Finding, to: Audience, language: Language) -> None:
    told = explain(found, to=to, language=language)
    for text in (told.title, told.detail, told.remedy):
        assert text
        assert "{" not in text
        assert "?" not in text
    assert told.status == told.code.status
    assert told.language is language


@pytest.mark.parametrize("language", Language)
def test_strangers_read_one_text_for_every_cause_that_needs_the_store(language: Language) -> None:
    from_store = [cause for cause in Cause if cause.stage is Stage.IDENTITY] + [Cause.WRONG_ACCOUNT]
    told = [explain(finding(cause), to=Audience.STRANGER, language=language) for cause in from_store]
    assert set(map(repr, told)) == {repr(told[0])}
    assert told[0].cause is Cause.CREDENTIALS_INVALID


def test_a_holder_with_the_wrong_account_reads_what_a_stranger_reads() -> None:
    said = [explain(finding(Cause.WRONG_ACCOUNT), to=to, language=Language.EN) for to in Audience]
    assert said[0].title == said[1].title
    assert said[0].detail == said[1].detail
    assert said[2].cause is Cause.WRONG_ACCOUNT


def test_nobody_is_told_a_made_up_cause_where_none_was_found() -> None:
    told = [explain(Finding(Cause.UNKNOWN_CAUSE), to=to, language=Language.EN).cause for to in Audience]
    assert told == [Cause.CREDENTIALS_INVALID, Cause.UNKNOWN_CAUSE, Cause.UNKNOWN_CAUSE]


def test_a_repair_that_the_store_verified_is_not_told_to_strangers() -> None:
    """A near miss found among stored tokens would tell a guesser how near it came."""
    found = finding(Cause.TOKEN_ONE_CHARACTER_WRONG, confidence=Confidence.VERIFIED)
    assert explain(found, to=Audience.STRANGER, language=Language.EN).cause is Cause.CREDENTIALS_INVALID
    assert explain(found, to=Audience.KEEPER, language=Language.EN).confidence is Confidence.VERIFIED


@pytest.mark.parametrize("cause", Cause)
def test_what_is_told_instead_is_never_finer_and_ends(cause: Cause) -> None:
    assert coarser(cause).audience <= cause.audience
    assert coarser(coarser(coarser(cause))).audience is Audience.STRANGER


@pytest.mark.parametrize(
    "cause",
    [cause for cause in Cause if cause.stage is Stage.AUTHORIZATION and cause.audience is Audience.KEEPER],
)
def test_a_holder_reads_what_is_required_instead_of_why_it_is_lacking(cause: Cause) -> None:
    told = explain(finding(cause), to=Audience.HOLDER, language=Language.EN)
    assert told.cause is Cause.PERMISSION_MISSING_RESOURCE
    assert told.required == NEED
    assert "OMS/ListOrders or Checkout/AcessaTodosPedidos" in told.detail


def test_who_did_it_and_why_is_told_to_keepers() -> None:
    found = Finding(Cause.KEY_BLOCKED, {"at": 1772546527.0}, {"by": "ana@acme.example", "why": "on GitHub"})
    keeper = explain(found, to=Audience.KEEPER, language=Language.PT).detail
    holder = explain(found, to=Audience.HOLDER, language=Language.PT).detail
    assert keeper == f"{holder} Feito por ana@acme.example. Motivo informado: on GitHub"
    assert "3 de março de 2026 às 14:02:07 UTC" in holder


def test_a_key_without_a_role_is_told_what_the_request_needs() -> None:
    told = explain(Finding(Cause.NO_ROLE_LINKED, {"required": NEED}), to=Audience.HOLDER, language=Language.ES)
    assert told.required == NEED
    assert told.detail.endswith("Esta solicitud necesita OMS/ListOrders o Checkout/AcessaTodosPedidos.")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("cause", Cause)
def test_a_fact_that_is_missing_never_raises(cause: Cause, language: Language) -> None:
    """An answer with a gap is better than none."""
    for to in Audience:
        assert explain(Finding(cause), to=to, language=language).detail


@given(st.text(max_size=2000))
def test_what_callers_sent_stays_one_bounded_line(path: str) -> None:
    told = explain(
        Finding(Cause.ROUTE_NOT_MAPPED, {"method": "GET", "path": path}), to=Audience.HOLDER, language=Language.EN
    )
    assert told.detail.isprintable()
    assert len(told.detail) < 200 * 10 + 200


def test_braces_in_a_fact_are_text() -> None:
    found = Finding(Cause.ROUTE_NOT_MAPPED, {"method": "GET", "path": "/{by.__class__}/{0}"})
    assert "/{by.__class__}/{0}" in explain(found, to=Audience.HOLDER, language=Language.EN).detail


def test_the_resources_of_a_need_are_joined_by_what_it_asks() -> None:
    both = Need(NEED.resources, Match.ALL)
    told = explain(
        Finding(Cause.PERMISSION_MISSING_RESOURCE, {"required": both}), to=Audience.HOLDER, language=Language.PT
    )
    assert "OMS/ListOrders e Checkout/AcessaTodosPedidos" in told.detail


def test_a_refusal_names_what_one_of_is_enough() -> None:
    facts: dict[str, Fact] = {"sponsor": "ana@acme.example", "resources": ("OMS/A", "OMS/B")}
    message, remedy = refuse(Refusal(Reason.NOT_DELEGATED, facts), Language.EN)
    assert message == "None of your roles lets you do that"
    assert remedy == "Ask ana@acme.example, the sponsor user, to do it or to give you a role with OMS/A or OMS/B."


def test_a_refusal_names_all_that_is_lacking() -> None:
    message, _ = refuse(Refusal(Reason.BEYOND_OWN_ROLES, {"resources": ("OMS/A", "OMS/B")}), Language.ES)
    assert message == "Nadie puede dar lo que no tiene: en sus perfiles de acceso falta OMS/A y OMS/B"
