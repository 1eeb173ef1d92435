"""A pair typed in by hand, read by the doctor before it is kept: damage is told while the token still exists."""

from __future__ import annotations

from typing import NoReturn

import typer

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Audience, Finding
from chaveiro.core.credential import Secret
from chaveiro.doctor.pair import relate
from chaveiro.doctor.reading import read
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import CANNOT, Desk
from chaveiro.words.explain import explain


def refuse_damaged(desk: Desk, app_key: str, app_token: Secret) -> None:
    """Leave with what is wrong with the pair, positions included, and never a value; return where nothing is."""
    token = read(app_token.reveal(), Field.TOKEN, depth=2)
    if findings := relate(read(app_key, Field.KEY, depth=2), token).findings:
        _tell(desk, findings)


def _tell(desk: Desk, findings: tuple[Finding, ...]) -> NoReturn:
    words = [explain(one, to=Audience.STRANGER, language=desk.language) for one in findings]
    if desk.as_json:
        body = [{"cause": one.cause, "title": one.title, "detail": one.detail, "remedy": one.remedy} for one in words]
        printing.put(printing.as_json({"refused": "pair_malformed", "findings": body}))
    err = printing.console(stderr=True)
    err.print(desk.text(texts.PAIR_NOT_REGISTERED))
    for one in words:
        err.print(f"{one.title}. {one.detail} {one.remedy}")
    err.print(desk.text(texts.PAIR_FIELDS))
    raise typer.Exit(CANNOT)
