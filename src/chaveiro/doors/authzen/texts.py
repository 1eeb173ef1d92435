"""What only this door says."""

from __future__ import annotations

from typing import Final

from chaveiro.words.language import N_, Language, sentences

NO_KEY: Final = N_("The account has no such key")
NO_USER: Final = N_("The account has no such user")
NO_SUCH_KIND: Final = N_("A subject is a `key` or a `user`")
ANOTHER: Final = N_("What was shown proves somebody else than the subject that is named")


def told(sentence: str, language: Language) -> dict[str, str]:
    """A reason as AuthZEN carries it: a sentence under the tag of its language."""
    return {language.tag: sentences(language).gettext(sentence)}
