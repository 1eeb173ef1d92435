"""The three languages say the same: nothing is missing, unsure or out of date."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from tests.words.placeholders import placeholders

from chaveiro.words.language import Language, sentences

SOURCE = Path(__file__).parents[2] / "src" / "chaveiro"
LOCALE = SOURCE / "words" / "locale"
TRANSLATED = [Language.PT, Language.ES]


def messages(file: Path) -> list[Message]:
    with file.open("rb") as text:
        return [message for message in read_po(text, abort_invalid=True) if message.id]


def translated(language: Language) -> list[Message]:
    return messages(LOCALE / language / "LC_MESSAGES" / "chaveiro.po")


def template() -> set[object]:
    return {message.id for message in messages(LOCALE / "chaveiro.pot")}


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_the_template_is_what_stands_in_the_source() -> None:
    """docs/how-to/translate.md says how to extract it anew."""
    with (SOURCE / "words" / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = {message for _, _, message, _, _ in extract_from_dir(SOURCE, methods, options) if message}
    assert found == template()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_no_translation_is_left_over(language: Language) -> None:
    assert {message.id for message in translated(language)} == template()
    assert [message.id for message in translated(language) if not all(texts(message))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: Language) -> None:
    assert [message.id for message in translated(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_sentence(language: Language) -> None:
    for message in translated(language):
        sentence = message.id if isinstance(message.id, str) else message.id[1]
        for text in texts(message):
            assert placeholders(text) == placeholders(sentence), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_and_is_quoted_as_its_sentence(language: Language) -> None:
    for message in translated(language):
        sentence = message.id if isinstance(message.id, str) else message.id[1]
        for text in texts(message):
            assert text.endswith(".") == sentence.endswith("."), text
            assert text.count("`") == sentence.count("`"), text
            assert text == text.strip(), text
            assert "  " not in text, text


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_installed_says_what_stands_in_the_translation(language: Language) -> None:
    """The `.po` was compiled: `make dev` does it."""
    spoken = sentences(language)
    for message in translated(language):
        if isinstance(message.id, str):
            assert spoken.gettext(message.id) == message.string
        else:
            one, many = message.id
            assert [spoken.ngettext(one, many, count) for count in (1, 2)] == texts(message)


def test_zero_is_singular_in_brazil_and_plural_elsewhere() -> None:
    """As CLDR says."""
    said = {
        language: sentences(language).ngettext("{count} character", "{count} characters", 0) for language in Language
    }
    assert said == {
        Language.EN: "{count} characters",
        Language.PT: "{count} caractere",
        Language.ES: "{count} caracteres",
    }


def test_spanish_speaks_to_everybody_alike() -> None:
    """As *usted*, throughout: whoever is spoken to in two ways in one answer wonders who is speaking."""
    familiar = re.compile(r"\b(tú|tus?|ti|eres|pides|puedes|quieres|tienes|necesitas|debes|sabes)\b", re.IGNORECASE)
    said = [text for message in translated(Language.ES) for text in texts(message)]
    assert [text for text in said if familiar.search(text)] == []
