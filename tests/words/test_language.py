"""Which language a reader gets, and how figures are written in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaveiro.core.attempt import Match, Need
from chaveiro.core.names import Resource
from chaveiro.words import figures
from chaveiro.words.language import Language, language_of, language_of_environment

EN, PT, ES = Language.EN, Language.PT, Language.ES


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", EN),
        ("pt", PT),
        ("pt-BR", PT),
        ("PT-br", PT),
        ("pt-PT,pt;q=0.9", PT),
        ("es-AR", ES),
        ("es-419,es;q=0.9,en;q=0.8", ES),
        ("en-US,en;q=0.9,pt;q=0.8", EN),
        ("fr-CH, fr;q=0.9, es;q=0.8, *;q=0.5", ES),
        ("de, fr", EN),
        ("de, es;q=0.1", ES),
        ("*", EN),
        ("en;q=0.1, *;q=0.5", PT),
        ("en;q=0, *", PT),
        ("pt;q=0, es;q=0.1", ES),
        ("es;q=0.5,pt;q=0.5", ES),
        ("pt;q=0.5,es;q=0.5", PT),
        ("pt;Q=0.2, es ; q=0.3", ES),
        ("pt;q=1.000", PT),
        ("pt;q=1.001", EN),
        ("pt;q=2", EN),
        ("pt;q=-1", EN),
        ("pt;q=nan, es;q=0.1", ES),
        ("pt;level=1", EN),
        (",,, ;q=1, pt", PT),
        ("portuguese", EN),
        ("ptx", EN),
        ("x" * 100_000 + ",pt", EN),
        ("de," * 100_000 + "pt", EN),
        ("\x00\xff;;==,,", EN),
    ],
)
def test_accept_language_is_read_as_rfc_9110_says(accept_language: str, language: Language) -> None:
    assert language_of(accept_language) is language


@given(st.text(max_size=200) | st.text("pentsu-BR;q=0.1, *", max_size=60))
def test_any_accept_language_gives_a_language(accept_language: str) -> None:
    assert language_of(accept_language) in set(Language)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, EN),
        ({"LANG": "pt_BR.UTF-8"}, PT),
        ({"LANG": "es"}, ES),
        ({"LANG": "es_MX@euro"}, ES),
        ({"LANG": "C.UTF-8"}, EN),
        ({"LANG": "POSIX"}, EN),
        ({"LANG": "de_DE.UTF-8"}, EN),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, EN),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_AR.UTF-8"}, ES),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": ""}, PT),
    ],
)
def test_a_terminal_speaks_the_language_of_its_environment(environment: dict[str, str], language: Language) -> None:
    assert language_of_environment(environment) is language


def test_moments_are_told_in_utc_to_the_second() -> None:
    told = [figures.moment(1772546527.9, language) for language in Language]
    assert told == [
        "3 March 2026 at 14:02:07 UTC",
        "3 de março de 2026 às 14:02:07 UTC",
        "3 de marzo de 2026 a las 14:02:07 UTC",
    ]


@pytest.mark.parametrize("at", [float("inf"), float("nan"), 1e18, -1e18])
def test_a_moment_beyond_the_calendar_never_raises(at: float) -> None:
    assert figures.moment(at, EN) == figures.UNTOLD


def test_positions_are_counted_in_every_language() -> None:
    assert [figures.positions((29,), language) for language in Language] == [
        "at position 29",
        "na posição 29",
        "en la posición 29",
    ]
    assert [figures.positions((3, 29, 30), language) for language in Language] == [
        "at positions 3, 29 and 30",
        "nas posições 3, 29 e 30",
        "en las posiciones 3, 29 y 30",
    ]


def test_many_positions_are_counted_instead_of_listed() -> None:
    assert [figures.positions(range(5, 16), language) for language in Language] == [
        "at positions 5, 6, 7, 8, 9 and 6 others",
        "nas posições 5, 6, 7, 8, 9 e mais 6",
        "en las posiciones 5, 6, 7, 8, 9 y 6 más",
    ]


def test_lengths_and_durations_have_their_plural() -> None:
    assert [figures.characters(count, PT) for count in (1, 74, 4096)] == [
        "1 caractere",
        "74 caracteres",
        "4.096 caracteres",
    ]
    assert [figures.seconds(count, ES) for count in (1, 31)] == ["1 segundo", "31 segundos"]


def test_needs_say_whether_one_is_enough() -> None:
    resources = (Resource("Checkout", "Pedidos"), Resource("OMS", "ListOrders"))
    assert [figures.needed(Need(resources), language) for language in Language] == [
        "Checkout/Pedidos or OMS/ListOrders",
        "Checkout/Pedidos ou OMS/ListOrders",
        "Checkout/Pedidos u OMS/ListOrders",  # "o" before an o
    ]
    assert figures.needed(Need(resources, Match.ALL), ES) == "Checkout/Pedidos y OMS/ListOrders"
    assert figures.listed(("Precios", "Inventario"), ES) == "Precios e Inventario"


def test_code_points_of_blanks_have_names() -> None:
    told = [figures.told("code_points", ("U+00A0", "U+00A0", "U+0430"), language) for language in Language]
    assert told == [
        "U+00A0 no-break space and U+0430",
        "U+00A0 espaço sem quebra e U+0430",
        "U+00A0 espacio sin separación y U+0430",
    ]
