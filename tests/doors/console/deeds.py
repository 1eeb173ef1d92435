"""A form for everything that can be done in the console, filled in so that whoever may do it does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from tests.doors.console.browserless import PASSWORD
from tests.doors.console.panorama import ERP, Panorama, coded, email, key_id
from tests.doors.world import ACME, CATALOGUE, Credentials

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Cause
from chaveiro.core.credential import Secret
from chaveiro.core.names import AppKey
from chaveiro.doors.console.room import Entry
from chaveiro.wire.link import set_up_link

Fields: TypeAlias = Mapping[str, str | Sequence[str]]
OTHER = "trinta e duas chaves penduradas"
REGISTERED = Credentials("vtexappkey-acme-ZZZZZZ", "KLMNOPQRST" * 12 + "ZZZZYXWV")


@dataclass(frozen=True)
class Deed:
    """Where a form is sent, and what stands in it."""

    address: str
    fields: Fields


def deed(made: Panorama, entry: Entry) -> Deed:
    """The form of an entry. One that is not told of here fails every test that goes over all of them."""
    assert entry.path in DEEDS, f"{entry.path}: say in DEEDS how its form is filled in"
    filled, fields = DEEDS[entry.path](made)
    address = re.sub(r"\{(\w+)(?::path)?\}", lambda found: filled[found[1]], entry.path)
    return Deed(address, fields)


Filling: TypeAlias = Callable[[Panorama], tuple[Mapping[str, str], Fields]]


def _plain(**fields: str | Sequence[str]) -> Filling:
    return lambda _: ({}, fields)


def _of_key(label: str, **fields: str | Sequence[str]) -> Filling:
    return lambda made: ({"app_key": made.app_key(label)}, fields)


def _of_user(who: str, **fields: str | Sequence[str]) -> Filling:
    return lambda _: ({"email": coded(email(who))}, fields)


def _set_up(made: Panorama) -> tuple[Mapping[str, str], Fields]:
    link = set_up_link("", ACME, email("nina"), Secret(made.links["nina"])).reveal()
    return {}, {"code": link, "password": OTHER, "password_again": OTHER}


def _session_of(who: str, made: Panorama, *, named: bool) -> tuple[Mapping[str, str], Fields]:
    session = made.world.house.sessions.of(ACME, email(who))[0].id
    return {"email": coded(email(who))} if named else {}, {"session": session}


def _link(made: Panorama) -> tuple[Mapping[str, str], Fields]:
    return {}, {"key": key_id(made, "roleless"), "role": ["1"], "since": "0"}


def _denial(made: Panorama) -> tuple[Mapping[str, str], Fields]:
    """What a key lacked, and the first remedy of it."""
    found = next(
        one
        for one in made.world.house.store.denials(ACME)
        if one.findings and one.findings[0].cause is Cause.PERMISSION_MISSING_RESOURCE and isinstance(one.wanted, Need)
    )
    revision = str(made.world.house.node.keyring(ACME).revision)
    return {"id": found.id}, {"remedy": "0", "revision": revision}


def _episode(made: Panorama, *, muted: bool) -> tuple[Mapping[str, str], Fields]:
    held = made.world.house.node.keyring(ACME).muted
    episode = next(one.id for one in made.world.house.store.episodes(ACME, limit=1000) if (one.id in held) is muted)
    return {}, {"episode": episode}


def _asked(made: Panorama) -> tuple[Mapping[str, str], Fields]:
    revision = str(made.world.house.node.keyring(ACME).revision)
    fields = {"key": made.app_key("roleless"), "method": "GET", "path": "/api/oms/pvt/orders"}
    return {}, {**fields, "remedy": "0", "revision": revision}


def _of_role(made: Panorama, **fields: str | Sequence[str]) -> tuple[Mapping[str, str], Fields]:
    return {"id": "2"}, {**fields, "revision": str(made.world.house.node.keyring(ACME).revision)}


DEEDS: dict[str, Filling] = {
    "/console/sign-in": _plain(account="acme", email="ana@acme.example", password=PASSWORD),
    "/console/sign-out": _plain(),
    "/console/set-up": _set_up,
    "/console/sessions/end": partial(_session_of, "ana", named=False),
    "/console/sessions/password": _plain(password=OTHER, password_again=OTHER),
    "/console/keys/export": _plain(format="csv"),
    "/console/keys/issue": _plain(label="Nova", id="d" * 32, role=["1"]),
    "/console/keys/issue/link": _link,
    "/handover": _plain(id=""),
    "/console/keys/adopt": lambda made: ({}, {"app_key": AppKey(made.world.pairs["globex lacking"].app_key)}),
    "/console/keys/{app_key}/link": _of_key("roleless", role="1"),
    "/console/keys/{app_key}/unlink": _of_key(ERP, role="2"),
    "/console/keys/{app_key}/activate": _of_key("inactive"),
    "/console/keys/{app_key}/deactivate": _of_key(ERP, why="Manutenção"),
    "/console/keys/{app_key}/block": _of_key(ERP, why="Suspeita"),
    "/console/keys/{app_key}/finish": _of_key("Em renovação", anyway="on"),
    "/console/keys/{app_key}/renew": _of_key(ERP),
    "/console/keys/{app_key}/delete": _of_key("Nunca usada", called="Nunca usada"),
    "/console/users/add": _plain(email="novo@acme.example", name="Novo"),
    "/console/users/register": _plain(
        email=REGISTERED.app_key,
        name=REGISTERED.app_token,
        app_key=REGISTERED.app_key,
        app_token=REGISTERED.app_token,
        label="Outra",
    ),
    "/console/users/{email}/roles": _of_user("paulo", role="3"),
    "/console/users/{email}/roles/withdraw": _of_user("vera", role="4"),
    "/console/users/{email}/sessions/end": partial(_session_of, "bruno", named=True),
    "/console/users/{email}/invite": _of_user("paulo"),
    "/console/users/{email}/remove": _of_user("paulo"),
    "/console/sponsor/invite": _plain(to="bruno@acme.example"),
    "/console/sponsor/cancel": _plain(),
    "/console/sponsor/accept": _plain(),
    "/console/roles/new": _plain(name="Novo", resource=["OMS/ListOrders"], do="save"),
    "/console/roles/{id}/edit": partial(_of_role, name="Outro nome", resource=["OMS/CancelAction"], do="save"),
    "/console/roles/{id}/delete": _of_role,
    "/console/attention/mend": _plain(look="", about="nothing", mark="0"),  # not so any more: it is refused, not done
    "/console/audit/export": _plain(format="csv"),
    "/console/settings": _plain(format="native", https_only="yes", days="90"),
    "/console/settings/catalogue": _plain(text=CATALOGUE),
    "/console/settings/catalogue/apply": _plain(job="0" * 32),  # nothing was read: it is refused, not done
    "/console/failures/mute": partial(_episode, muted=False),
    "/console/failures/unmute": partial(_episode, muted=True),
    "/console/denials": lambda made: ({}, {"denial": made.denials[-1]}),
    "/console/denials/{id}/remedy": _denial,
    "/console/diagnose": _plain(pasted="curl https://acme.example/api/oms/pvt/orders"),
    "/console/diagnose/ask": _asked,
    "/console/diagnose/remedy": _asked,
}
