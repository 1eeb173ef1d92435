"""What a sentence leaves open."""

import re
from string import Formatter

_NAMED = re.compile(r"%\((\w+)\)s")


def placeholders(sentence: str) -> set[str]:
    """The names of a sentence's placeholders: `{name}`, and `%(name)s` of templates. A name is all one may hold."""
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    assert all(name.isidentifier() for name in names), sentence
    return names | set(_NAMED.findall(sentence))
