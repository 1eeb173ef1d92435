"""A text that somebody pasted or piped in: which of the known forms it has, and the pairs in it."""

from __future__ import annotations

import json
import re

from chaveiro.core.attempt import Field, presented
from chaveiro.core.cause import Cause
from chaveiro.doctor.reading import read
from chaveiro.doors.pasted import curl, headers, request, texts, variables
from chaveiro.doors.pasted.found import Found, PasteMalformed, Source

BYTES_MAX = 1024 * 1024


def bounded(text: str) -> str:
    """A text that is not too long to be looked through. Raises PasteMalformed."""
    if len(text) > BYTES_MAX:
        raise PasteMalformed(texts.TOO_LONG)
    return text.removeprefix("\ufeff")


def env_file(text: str) -> Source:
    """The pairs of a `.env` file."""
    plain = text.replace("\r\n", "\n")
    notes = (
        *([texts.NOTE_CRLF] if plain != text else []),
        *([texts.NOTE_QUOTED] if variables.quoted(plain) else []),
    )
    return Source(texts.FROM_ENV_FILE, variables.pairs(variables.entries(plain)), notes)


def curl_command(text: str) -> Source:
    """The pair of a curl command. Raises PasteMalformed."""
    if not curl.is_curl(text):
        raise PasteMalformed(texts.NO_CURL)
    found, asked = curl.found(text)
    return Source(texts.FROM_CURL, carried(found), asked=asked)


def recognised(text: str) -> Source:
    """The pairs of a text of any of the known forms, with the request where a whole one was pasted."""
    if curl.is_curl(text):
        return curl_command(text)
    plain = text.replace("\r\n", "\n")
    if found := _json(plain):
        return Source(texts.FROM_JSON, found)
    if found := variables.pairs(variables.entries(plain)):
        return env_file(text)
    asked = request.asked(plain)
    lines = [one for line in plain.split("\n") if (one := headers.parsed(line.strip(" \t,")))]
    if (found := carried(headers.found(lines, asked.query if asked else ""))) or asked:
        return Source(texts.FROM_HEADERS, found, asked=asked)
    return Source(texts.FROM_TEXT, _bare(text))


def carried(found: Found) -> tuple[Found, ...]:
    """The pair of a request, if it carries anything of one."""
    return (found,) if found.app_key.count or found.app_token.count or found.misplaced else ()


def _json(text: str) -> tuple[Found, ...]:
    if not re.match(r"\s*[{\[]", text):
        return ()
    try:
        return variables.pairs(variables.members(json.loads(text)))
    except (ValueError, RecursionError):
        return ()


def _bare(text: str) -> tuple[Found, ...]:
    """One value, or appKey and appToken on a line each; the other way round they are swapped."""
    whole = text.removesuffix("\n").removesuffix("\r")
    lines = [line.removesuffix("\r") for line in whole.split("\n")]
    filled = [line for line in lines if line.strip()]
    if not filled:
        return ()
    if len(filled) > 1:
        broken = {one.cause.of(Field.TOKEN) for one in read(whole, Field.TOKEN, depth=2).damage}
        one_value = Cause.TOKEN_LINE_BREAK_INSIDE in broken
        return (_alone(whole),) if one_value else (Found(presented(filled[0]), presented(filled[1])),)
    return (_alone(filled[0]),)


def _alone(text: str) -> Found:
    if read(text, Field.KEY, depth=2).kind is Field.KEY:
        return Found(app_key=presented(text), alone=True)
    return Found(app_token=presented(text), alone=True)
