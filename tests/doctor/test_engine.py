"""The engine of the page finds what the engine in Python finds."""

from tests.doctor.node import COMPARE, SCRIPTS, evaluated, needs_node
from tests.doctor.vectors import vectors

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause, Stage

ENGINE = SCRIPTS / "engine.js"
OF_REQUESTS = {  # these are about headers, not about values
    Cause.CREDENTIALS_IN_QUERY, Cause.WRONG_HEADER_NAME, Cause.CREDENTIALS_MISSING, Cause.KEY_MISSING,
    Cause.TOKEN_MISSING, Cause.KEY_DUPLICATED, Cause.TOKEN_DUPLICATED,
    Cause.USER_TOKEN_INVALID,
    Cause.USER_TOKEN_EXPIRED,
}  # fmt: skip


@needs_node
def test_both_engines_find_the_same() -> None:
    """In every class of damage, alone and in pairs, and what they repair it to."""
    made = vectors()
    assert len(made) >= 5000
    assert evaluated([ENGINE, COMPARE], "differences(value)", made) == []


def test_the_vectors_cover_every_cause_that_a_value_can_have() -> None:
    """So that no new cause goes without its twin in the page."""
    told = {one["cause"] for vector in vectors() for one in vector["findings"]}
    assert told == {cause for cause in Cause if cause.stage <= Stage.SHAPE} - OF_REQUESTS


@needs_node
def test_the_page_knows_the_same_causes_with_the_same_facts() -> None:
    """In the same order and stages."""
    known = evaluated([ENGINE], "Object.entries(chaveiro.CAUSES)", None)
    twins = {cause for cause in Cause if cause.field is Field.KEY}  # the token's form stands for both
    expected = [cause for cause in Cause if cause.stage <= Stage.SHAPE and cause not in twins | OF_REQUESTS]
    assert known == [[cause.value, [cause.stage.value, *cause.facts]] for cause in expected]
