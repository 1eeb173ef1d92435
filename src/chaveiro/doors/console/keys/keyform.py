"""What is asked of a new pair, as a form has it: what could be read of it, and what is wrong with the rest."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Final, TypeAlias

from chaveiro.core.names import KeyId, NameMalformed, RoleId, looks_secret, plain_text, role_id
from chaveiro.doors.console.moments import moment_given
from chaveiro.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.names import Moment
    from chaveiro.doors.console.visit import Visit

Network: TypeAlias = IPv4Network | IPv6Network
NETWORKS_MAX: Final = 100
LINK: Final = "link"  # how a token is handed over, if not in the page itself

_ID = re.compile(r"[0-9a-f]{32}")
_SECRET = N_("This looks like a credential. Keep secrets out of names; if it is a real token, renew it.")
_LINE = N_("Write one line of 1 to 100 characters.")
_MOMENT = N_("Write date and time such as 2027-01-31T18:00.")
_NETWORK = N_("Line {number} is no network: write it such as 203.0.113.0/24, or a single address.")
_BITS = N_("Line {number} has bits set after the mask: write {network}.")
_MANY = N_("A key has at most {most} networks.")


@dataclass(frozen=True, slots=True, repr=False)
class KeyForm:
    """A form for a new pair. Somebody may have typed a token into it, so its repr is mute."""

    id: KeyId  # of this form and, once it was sent, of its key: sent again, it makes no second one
    label: str = ""
    owner: str = ""
    roles: tuple[RoleId, ...] = ()
    begins: str = ""  # as typed
    ends: str = ""
    lines: str = ""
    by_link: bool = False
    valid_from: Moment | None = None
    expires: Moment | None = None
    networks: tuple[Network, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)  # by field

    def __repr__(self) -> str:
        return "KeyForm()"


def empty_form(visit: Visit) -> KeyForm:
    """A form that nobody filled in; a role may be chosen by the address that leads to it."""
    return KeyForm(KeyId(secrets.token_hex(16)), roles=_roles(visit.query.get("role", ())))


def read_form(visit: Visit) -> KeyForm:
    """The form as it was sent. What looks like a secret is not kept."""
    errors: dict[str, str] = {}
    sent = visit.given("id")
    networks = _networks(visit, errors)
    return KeyForm(
        id=KeyId(sent if _ID.fullmatch(sent) else secrets.token_hex(16)),
        label=_line(visit, "label", errors),
        owner=_line(visit, "owner", errors) if visit.given("owner").strip() else "",
        roles=_roles(visit.chosen("role")),
        begins=_shown(visit.given("valid_from")),
        ends=_shown(visit.given("expires")),
        lines=_shown(visit.given("networks")),
        by_link=visit.given("handing") == LINK,
        valid_from=_moment(visit, "valid_from", errors),
        expires=_moment(visit, "expires", errors),
        networks=networks,
        errors=errors,
    )


def _line(visit: Visit, name: str, errors: dict[str, str]) -> str:
    text = visit.given(name).strip()
    if looks_secret(text):
        errors[name] = visit.text(_SECRET)
        return ""
    try:
        return plain_text(text, what=name)
    except NameMalformed:
        errors[name] = visit.text(_LINE)
        return text


def _shown(text: str) -> str:
    return "" if looks_secret(text) else text.strip()


def _moment(visit: Visit, name: str, errors: dict[str, str]) -> Moment | None:
    try:
        return moment_given(visit.given(name))
    except ValueError:
        errors[name] = visit.text(_MOMENT)
        return None


def _networks(visit: Visit, errors: dict[str, str]) -> tuple[Network, ...]:
    written = [(number, line.strip()) for number, line in enumerate(visit.given("networks").splitlines(), 1)]
    lines = [(number, line) for number, line in written if line]
    if len(lines) > NETWORKS_MAX:
        errors["networks"] = visit.text(_MANY, most=NETWORKS_MAX)
        return ()
    found, wrong = [], []
    for number, line in lines:
        try:
            found.append(ip_network(line))
        except ValueError:
            wrong.append(_wrong(visit, number, line))
    if wrong:
        errors["networks"] = " ".join(wrong)
    return tuple(dict.fromkeys(found))


def _wrong(visit: Visit, number: int, line: str) -> str:
    try:
        return visit.text(_BITS, number=number, network=ip_network(line, strict=False))
    except ValueError:
        return visit.text(_NETWORK, number=number)


def _roles(texts: object) -> tuple[RoleId, ...]:
    found: dict[RoleId, None] = {}
    for text in texts if isinstance(texts, list | tuple) else ():
        try:
            found[role_id(text)] = None
        except NameMalformed:
            continue
    return tuple(found)
