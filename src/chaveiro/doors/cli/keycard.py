"""A key as its keeper sees it: state, roles, and when each token last worked. Never a digest."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from chaveiro.core.command import FinishRenewal, RenewKey
from chaveiro.core.credential import public
from chaveiro.core.denial import Exposure
from chaveiro.core.keyring import NO_DIGEST, Key, Keyring
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import Desk
from chaveiro.doors.keeping import exposure
from chaveiro.doors.keeping.key import Uses, finishing, link, state, token, token_made
from chaveiro.doors.keeping.texts import KEY, LINKED_TO_NO_ROLE, moment
from chaveiro.words.commands import command_line


def lines(desk: Desk, keyring: Keyring, key: Key, usage: Uses) -> list[tuple[str, str]]:
    """The key's card for people."""
    human = key.blocked or key.inactive
    tokens = () if key.home else key.live_tokens  # how old a token is concerns its own account alone
    ending = finishing(key, usage, desk.at) if tokens else None
    told = [
        (KEY, public(key.app_key)),
        (texts.LABEL, key.label),
        (texts.OWNER, key.owner),
        (texts.HOME, key.home.account if key.home else ""),
        (texts.STATE, state(key, desk.language, desk.at)),
        (texts.SINCE, f"{moment(human.at)}, {human.by}" if human else ""),
        (texts.WHY, human.why if human else ""),
        (texts.CREATED, f"{moment(key.created.at)}, {key.created.by}"),
        (texts.ORIGIN, _origin(desk, key)),
        (texts.VALID_FROM, moment(key.valid_from) if key.valid_from else ""),
        (texts.EXPIRES, moment(key.expires) if key.expires else ""),
        (texts.NETWORKS, ", ".join(str(network) for network in key.networks)),
        (texts.ROLES, _roles(desk, keyring, key)),
        *((texts.TOKEN, token(key, number, usage, desk.language)) for number in tokens),
        (texts.FINISHING, ending.told(desk.language) if ending else ""),
    ]
    return [(desk.text(name), value) for name, value in told]


def body(keyring: Keyring, key: Key, usage: Uses) -> dict[str, object]:
    """The key's card for programs."""
    return {
        "account": keyring.account,
        "appKey": public(key.app_key),
        "id": key.id,
        "label": key.label,
        "owner": key.owner,
        "home": key.home.account if key.home else None,
        "created": printing.mark(key.created),
        "registered": key.registered,
        "digest_kind": key.kind or None,
        "inactive": printing.mark(key.inactive),
        "blocked": printing.mark(key.blocked),
        "valid_from": printing.iso(key.valid_from),
        "expires": printing.iso(key.expires),
        "networks": [str(network) for network in key.networks],
        "roles": [
            {"id": one.role, "until": printing.iso(one.until), "given": printing.mark(one.given)} for one in key.grants
        ],
        "tokens": [] if key.home else [_token_body(key, number, usage) for number in key.live_tokens],
        "renewing": key.next_digest != NO_DIGEST,
    }


def exposed_body(key: Key, exposures: Sequence[Exposure]) -> dict[str, object]:
    """Which of the key's live tokens were seen in clear, for programs."""
    seen = [
        {
            "token": one.token,
            "how": one.how.value,
            "first": printing.iso(one.first),
            "last": printing.iso(one.last),
            "count": one.count,
        }
        for one in exposure.live(key, exposures)
    ]
    return {"seen_in_clear": seen}


def exposed(desk: Desk, keyring: Keyring, key: Key, exposures: Sequence[Exposure]) -> list[RenderableType]:
    """The same in words, with what mends it."""
    seen = exposure.live(key, exposures)
    if not seen:
        return []
    told = [exposure.told(one, desk.language) for one in seen]
    account, app_key = keyring.account, key.app_key
    mends = FinishRenewal(account, app_key) if key.renewing else RenewKey(account, app_key, b"")
    return ["", *told, exposure.advice(desk.language), printing.command(command_line(mends))]


def _origin(desk: Desk, key: Key) -> str:
    if key.kind:
        return desk.text(texts.IMPORTED_LABEL, kind=key.kind)
    return desk.text(texts.REGISTERED_LABEL) if key.registered else ""


def _token_body(key: Key, number: int, usage: Uses) -> dict[str, object]:
    use = usage.get((key.app_key, number))
    return {
        "number": number,
        "created": printing.iso(token_made(key, number)),
        "last_used": printing.iso(use.last) if use else None,
        "count": use.count if use else 0,
    }


def _roles(desk: Desk, keyring: Keyring, key: Key) -> str:
    if not keyring.in_force(key.grants, desk.at):
        dead = "".join(f"{link(keyring, one, desk.language)}\n" for one in key.grants)
        return dead + desk.text(LINKED_TO_NO_ROLE)
    return "\n".join(link(keyring, one, desk.language) for one in key.grants)
