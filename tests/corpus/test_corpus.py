"""The labelled corpus in a small dose, with the gates of the large one (`make bench-diagnosis`)."""

from collections import Counter
from itertools import count

import pytest
from corpus.faults import Effect, Fault
from corpus.generate import UNREACHED, Corpus, Dose, by_cause, generated
from corpus.rates import rates
from corpus.record import denial, records
from corpus.report import of_rates, of_score, rate_failures
from corpus.score import Score, judged, scored
from corpus.transport import transported

from chaveiro.core.cause import Cause


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return generated(Dose(label=4, pair=4, hard=35, healthy=40))


@pytest.fixture(scope="module")
def score(corpus: Corpus) -> Score:
    return scored(corpus.records)


def test_the_gates(corpus: Corpus, score: Score) -> None:
    """The right cause, the next obstacle, no harm, nothing to callers, no other value, healthy ones left alone."""
    assert not score.failures(), of_score(corpus, score)


def test_every_cause_has_records(corpus: Corpus) -> None:
    """Each cause that a request or a store can have is asked for, and no label was rejected by its check."""
    labelled = Counter(one.truth.primary for one in corpus.records if one.origin == "labels" and one.truth)
    assert set(labelled) >= set(Cause) - UNREACHED
    assert not corpus.rejected


def test_the_same_seed_makes_the_same_corpus(corpus: Corpus) -> None:
    """A figure can be measured again."""
    again = generated(Dose(label=1, pair=1, hard=35, healthy=2))
    same = {one.id: one.as_json() for one in corpus.records}
    assert all(same.get(one.id, one.as_json()) == one.as_json() for one in again.records)


def test_a_label_that_is_not_true_is_rejected() -> None:
    """Every part of the repairs must be needed: a fault that does not deny by itself makes no record."""
    unmapped = by_cause()[Cause.ROUTE_NOT_MAPPED][0]
    harmless = Fault("nothing", Cause.KEY_EXPIRED, lambda scene, _: Effect(scene, (Cause.KEY_EXPIRED,)))
    told = {"shape": "native", "order": (0, 1)}
    assert next(records("pairs", (unmapped, harmless), **told, seeds=count())) is None  # type: ignore[arg-type]
    expired = by_cause()[Cause.KEY_EXPIRED][0]
    assert next(records("pairs", (expired, unmapped), **told, seeds=count())) is not None  # type: ignore[arg-type]


def test_healthy_requests_are_allowed(corpus: Corpus) -> None:
    """There is nothing to explain."""
    assert all(denial(one.scene) is None for one in corpus.records if one.truth is None)


def test_real_clients() -> None:
    """What arrives from the clients of this machine is told, and so is what they refuse to send."""
    wrong = [(one.id, judged(one).said) for one in transported(1) if not judged(one).right]
    assert not wrong


def test_the_rates() -> None:
    """Each kind of damage is told, and repaired to what it was; strangers and whole pairs are left alone."""
    tallies = rates(12, processes=1)
    assert not list(rate_failures(tallies)), of_rates(tallies)
