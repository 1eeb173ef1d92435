"""A key as its keeper sees it: state, roles, and when each token last worked. Never a digest."""

from __future__ import annotations

from collections.abc import Mapping

from chaveiro.core.credential import public
from chaveiro.core.denial import Usage
from chaveiro.core.keyring import NO_DIGEST, Grant, Key, Keyring
from chaveiro.core.names import AppKey, Moment, RoleId
from chaveiro.doors.cli import printing, texts
from chaveiro.doors.cli.desk import Desk

Uses = Mapping[tuple[AppKey, int], Usage]


def state(desk: Desk, key: Key) -> str:
    """The key's state in a word."""
    if key.blocked:
        return desk.text(texts.BLOCKED)
    if key.inactive:
        return desk.text(texts.INACTIVE)
    if key.expires is not None and desk.at >= key.expires:
        return desk.text(texts.EXPIRED)
    if key.valid_from is not None and desk.at < key.valid_from:
        return desk.text(texts.NOT_YET_VALID)
    return desk.text(texts.RENEWING if key.next_created else texts.ACTIVE)


def last_used(desk: Desk, key: Key, usage: Uses) -> str:
    """When any of the key's live tokens last worked."""
    moments = [use.last for number in key.live_tokens if (use := usage.get((key.app_key, number)))]
    return printing.moment(max(moments)) if moments else desk.text(texts.NEVER)


def safe_to_finish(desk: Desk, key: Key, usage: Uses) -> str:
    """Why finishing the renewal may break an integration; empty where nothing speaks against it."""
    first, second = key.live_tokens[0], key.live_tokens[-1]
    if first == second:
        return ""
    old, new = usage.get((key.app_key, first)), usage.get((key.app_key, second))
    if new is None:
        return desk.text(texts.NEW_TOKEN_UNUSED)
    if old is not None and old.last > new.last:
        return desk.text(texts.OLD_TOKEN_IN_USE, at=printing.moment(old.last))
    return ""


def lines(desk: Desk, keyring: Keyring, key: Key, usage: Uses) -> list[tuple[str, str]]:
    """The key's card for people."""
    human = key.blocked or key.inactive
    tokens = () if key.home else key.live_tokens  # how old a token is concerns its own account alone
    told = [
        (texts.KEY, public(key.app_key)),
        (texts.LABEL, key.label),
        (texts.OWNER, key.owner),
        (texts.HOME, key.home.account if key.home else ""),
        (texts.STATE, state(desk, key)),
        (texts.SINCE, f"{printing.moment(human.at)}, {human.by}" if human else ""),
        (texts.WHY, human.why if human else ""),
        (texts.CREATED, f"{printing.moment(key.created.at)}, {key.created.by}"),
        (texts.ORIGIN, desk.text(texts.REGISTERED_LABEL) if key.registered else ""),
        (texts.VALID_FROM, printing.moment(key.valid_from) if key.valid_from else ""),
        (texts.EXPIRES, printing.moment(key.expires) if key.expires else ""),
        (texts.NETWORKS, ", ".join(str(network) for network in key.networks)),
        (texts.ROLES, _roles(desk, keyring, key)),
        *((texts.TOKEN, _token(desk, key, number, usage)) for number in tokens),
        (texts.FINISHING, _finishing(desk, key, usage) if tokens else ""),
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


def _made(key: Key, number: int) -> Moment:
    made = key.token_created if number == key.live_tokens[0] else key.next_created
    return (made or key.created).at


def _token(desk: Desk, key: Key, number: int, usage: Uses) -> str:
    made = printing.moment(_made(key, number))
    use = usage.get((key.app_key, number))
    if use is None:
        return desk.text(texts.TOKEN_UNUSED, number=number, made=made)
    return desk.text(texts.TOKEN_USED, number=number, made=made, last=printing.moment(use.last), count=use.count)


def _token_body(key: Key, number: int, usage: Uses) -> dict[str, object]:
    use = usage.get((key.app_key, number))
    return {
        "number": number,
        "created": printing.iso(_made(key, number)),
        "last_used": printing.iso(use.last) if use else None,
        "count": use.count if use else 0,
    }


def _finishing(desk: Desk, key: Key, usage: Uses) -> str:
    if not key.next_created:
        return ""
    return safe_to_finish(desk, key, usage) or desk.text(texts.SAFE_TO_FINISH)


def _roles(desk: Desk, keyring: Keyring, key: Key) -> str:
    if not keyring.in_force(key.grants, desk.at):
        dead = "".join(f"{_link(desk, keyring, one)}\n" for one in key.grants)
        return dead + desk.text(texts.LINKED_TO_NO_ROLE)
    return "\n".join(_link(desk, keyring, one) for one in key.grants)


def _link(desk: Desk, keyring: Keyring, grant: Grant) -> str:
    role = keyring.roles.get(grant.role)
    name = f"{grant.role} {role.name}" if role else str(grant.role)
    if role is None or role.deleted:
        return f"{name} ({desk.text(texts.GONE)})"
    return f"{name} ({desk.text(texts.UNTIL)} {printing.moment(grant.until)})" if grant.until else name


def example_role(keyring: Keyring) -> RoleId:
    """A role to name in an example: one of the account's own, or the predefined one that gives least."""
    own = [role.id for role in keyring.living_roles if not role.predefined]
    least = [role.id for role in sorted(keyring.living_roles, key=lambda role: len(role.resources))]
    return min(own) if own else next(iter(least), RoleId(1))
