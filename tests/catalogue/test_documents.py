"""What the reference of the catalogue shows is read, and its figures are true."""

import re
from pathlib import Path

from chaveiro.catalogue import Catalogue, read_toml
from chaveiro.catalogue.openapi import read_openapi
from chaveiro.core.attempt import AnyRole, NoRoute

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "catalogue.md").read_text("utf-8")


def shown(kind: str) -> str:
    [text] = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return str(text)


def test_the_text_is_read() -> None:
    """Each of the four words is shown."""
    catalogue = read_toml(shown("toml"))
    assert len(catalogue.entries()) == 4
    assert catalogue.match("GET", "/health") == AnyRole()
    assert catalogue.match("GET", "/stock/export") == NoRoute("GET", "/stock/export")


def test_the_document_is_read() -> None:
    """Nothing in it is undeclared."""
    imported = read_openapi(shown("yaml"))
    assert imported.undeclared == ()
    assert Catalogue(imported.entries).match("GET", "/v1/health") == AnyRole()


def test_the_lines_of_python_run() -> None:
    """With what they assert."""
    exec(shown("python"), {})  # noqa: S102 - our own page
