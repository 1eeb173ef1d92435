"""One account in which everything has happened, and where each page of the console shows something of it.

A new page is covered by being registered. Where its address has a `{name}` that nobody filled in before, `FILLED` says
what stands there; a page without an address here fails `test_pages.py`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_network
from typing import Any

from tests.doors.console.browserless import Reader, with_password
from tests.doors.world import ACME, GLOBEX, LIST, NOW, ORDERS, Credentials, World, done, furnish

from chaveiro.core.attempt import Request, presented
from chaveiro.core.command import (
    AddUser,
    BlockKey,
    Command,
    CreateRole,
    DeactivateKey,
    DeleteKey,
    DeleteRole,
    FinishRenewal,
    GrantToKey,
    GrantToUser,
    InviteSponsor,
    MuteEpisode,
)
from chaveiro.core.credential import Secret
from chaveiro.core.denial import DenialId
from chaveiro.core.keyring import Actor, ActorKind
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.doors.console.cookies import SESSION
from chaveiro.doors.console.room import Entry
from chaveiro.doors.console.rooms import entries
from chaveiro.node import Issued
from chaveiro.stores.memory import MemoryStore

HOUR, DAY = 3600.0, 86_400.0
BEGAN = Moment(NOW - 40 * DAY)
ERP = "ERP, pedidos e notas fiscais da loja de São Paulo"
WIDE = "Integração completa de pedidos, catálogo e estoque"
SAVE, CATALOG = Resource("OMS", "SaveOrders"), Resource("Catalog", "ProductEdit")


def manager(*keys: str) -> frozenset[Resource]:
    return frozenset(Resource("License Manager", key) for key in keys)


# Who is in the account: name, the role that is made for them, and what stands in it. The sponsor is Ana.
PEOPLE: Mapping[str, tuple[str, frozenset[Resource]]] = {
    "bruno": ("Gestão de chaves", manager("EditApiKeys")),
    "vera": ("Ver chaves", manager("ViewApiKeys")),
    "rita": ("Renovar tokens", manager("RenewApiToken")),
    "ugo": ("Gestão de pessoas", manager("EditAdminUsers")),
    "marta": ("Gestão de perfis", manager("Create_Role", "Role:Delete")),
    "sara": ("Ajustes da conta", manager("EditApiKeysSettings")),
    "paulo": ("", frozenset()),  # may do nothing
    "ines": ("", frozenset()),  # is invited to be the sponsor
    "nina": ("", frozenset()),  # has a link to set a password, and no password yet
}


@dataclass
class Clock:
    """A clock that stands still until somebody sets it."""

    now: Moment = BEGAN

    def __call__(self) -> Moment:
        return self.now


@dataclass(frozen=True)
class Sample:
    """One page as somebody sees it."""

    name: str
    address: str
    by: str | None = "ana"  # None: nobody is signed in
    fields: Mapping[str, str | Sequence[str]] | None = None  # sent as a form; None: it is only read
    status: int = 200
    form: str = "/console/sessions"  # a page with a form, whose token is sent along
    part: bool = False  # asked for by a script of ours
    follow: bool = False  # to where the form leads
    file: bool = False  # to be saved, not shown


@dataclass
class Panorama:
    """The account, and what its keys, roles, denials and people are called in addresses."""

    world: World
    clock: Clock
    roles: dict[str, RoleId] = field(default_factory=dict)
    denials: list[DenialId] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)  # secrets of set-up links

    @property
    def ana(self) -> Actor:
        return actor("ana")

    def do(self, command: Command, by: Actor | None = None) -> None:
        """Carry out a command that must succeed."""
        done(self.world.house, command, by or self.ana)

    def app_key(self, label: str) -> AppKey:
        return AppKey(self.world.pairs[label].app_key)

    def role(self, name: str, *resources: Resource) -> RoleId:
        """Make a role."""
        self.do(CreateRole(ACME, name, frozenset(resources)))
        self.roles[name] = max(self.world.house.node.keyring(ACME).roles)
        return self.roles[name]

    def issue(self, label: str, *roles: RoleId, **given: Any) -> AppKey:
        """Make a key that is known by its label."""
        issued = self.world.house.node.issue(ACME, label=label, by=self.ana, **given)
        assert isinstance(issued, Issued), issued
        self.world.pairs[label] = Credentials(issued.app_key, issued.token.reveal())
        for role in roles:
            self.do(GrantToKey(ACME, role, issued.app_key))
        return issued.app_key

    def ask(
        self,
        label: str,
        method: str = "GET",
        path: str = ORDERS,
        *,
        times: int = 1,
        account: AccountName = ACME,
        app_key: str | None = None,
        token: str | None = None,
        address: str = "203.0.113.7",
    ) -> None:
        """Check a request of a pair, so many times."""
        pair = self.world.pairs[label]
        key = presented(pair.app_key if app_key is None else app_key)
        sent = presented(pair.app_token if token is None else token)
        for _ in range(times):
            told = self.world.house.node.check(account, Request(key, sent, method, path, address=address)).told
            if told is not None and account == ACME:
                self.denials.append(told.id)

    def written(self) -> None:
        """Let what was counted and noted be written."""
        self.world.house.node.flush_usage()
        self.world.house.denials.drain()

    # -- as somebody

    def reader(self, origin: str, who: str | None = "ana", language: str = "en") -> Reader:
        """A browser in which somebody is signed in, without the cost of a password."""
        reader = Reader(origin, language)
        if who is not None:
            person, account = email(who), GLOBEX if who == "gil" else ACME
            secret, _ = self.world.house.sessions.begin(account, person, address="192.0.2.4", agent="Firefox, Linux")
            reader.cookies[SESSION] = secret.reveal()
        return reader

    def kept(self) -> Callable[[], None]:
        """What puts everything back as it is now."""
        store, node = self.world.house.store, self.world.house.node
        assert isinstance(store, MemoryStore)
        held = {name: copy(value) for name, value in vars(store).items() if name != "_lock"}

        def back() -> None:
            vars(store).update({name: copy(value) for name, value in held.items()})
            node.known._keyrings.clear()
            node._wholes.clear()
            node.known._cursor = store.head()

        return back


def email(who: str) -> Email:
    return Email(f"ana@{GLOBEX}.example" if who == "gil" else f"{who}@{ACME}.example")


def actor(who: str) -> Actor:
    return Actor(ActorKind.USER, email(who))


def panorama(store: Callable[[], MemoryStore] = MemoryStore) -> Panorama:
    """Let everything happen, within forty days."""
    clock = Clock()
    made = Panorama(furnish(accounts=2, clock=clock, store=store()), clock)
    _people(made)
    _keys(made)
    _past(made)
    _present(made)
    return made


def _people(made: Panorama) -> None:
    with_password(made.world, email("ana"))
    for name, (role, resources) in PEOPLE.items():
        made.do(AddUser(ACME, email(name), name.capitalize()))
        if resources:
            made.do(GrantToUser(ACME, made.role(role, *resources), email(name)))


def _keys(made: Panorama) -> None:
    reading, canceling = RoleId(1), RoleId(2)
    wide = made.role(WIDE, LIST, SAVE, CATALOG)
    doomed = made.role("Perfil que foi excluído", LIST)
    made.role("Sem ninguém", CATALOG)
    made.issue(ERP, reading, canceling, owner="Equipe de integração")
    made.issue("Expirada", reading, expires=Moment(BEGAN + 20 * DAY))
    made.issue("Vale a partir de amanhã", reading, valid_from=Moment(NOW + DAY), expires=Moment(NOW + 90 * DAY))
    made.issue("Só da rede da loja", reading, networks=(ip_network("198.51.100.0/24"), ip_network("2001:db8::/32")))
    made.issue("Em renovação", wide)
    made.issue("Renovada", reading)
    made.issue("Perdeu o perfil", doomed)
    made.issue("Nunca usada", reading, owner="Parceiro de logística")
    made.issue("Perfil por um tempo")
    made.do(GrantToKey(ACME, reading, made.app_key("Perfil por um tempo"), until=Moment(NOW - DAY)))
    made.issue("Bloqueada por suspeita", reading)
    made.issue("Desligada por um tempo", reading)
    made.issue("Excluída", reading)
    made.do(DeleteRole(ACME, doomed))
    registered = Credentials("vtexappkey-acme-QWERTY", "ABCDEFGHIJ" * 12 + "QWERTYUI")
    outcome = made.world.house.node.register(
        ACME,
        app_key=registered.app_key,
        app_token=Secret(registered.app_token),
        label="Registrada à mão",
        by=made.ana,
    )
    made.world.pairs["Registrada à mão"] = registered
    done_or_fail(outcome)
    outcome = made.world.house.node.adopt(ACME, AppKey(made.world.pairs["globex good"].app_key), by=made.ana)
    done_or_fail(outcome)
    made.do(GrantToKey(ACME, reading, made.app_key("globex good")))
    outcome = made.world.house.node.adopt(GLOBEX, made.app_key("good"), by=actor("gil"))
    done_or_fail(outcome)


def done_or_fail(outcome: object) -> None:
    assert type(outcome).__name__ == "Change" or isinstance(outcome, Issued), outcome


def _past(made: Panorama) -> None:
    """Forty days in which keys were used, and refused for many causes."""
    for day in range(40):
        made.clock.now = Moment(BEGAN + day * DAY + 9 * HOUR)
        made.ask(ERP, times=3 + day % 5)
        made.ask("Em renovação", times=1 + day % 2)
        made.ask("globex good")
        made.ask("Registrada à mão")
        if day < 19:
            made.ask("Expirada")
        if day % 3 == 0:
            made.ask("lacking", times=2)
            made.ask("roleless", times=1 + day % 4)
        if day % 7 == 0:
            made.ask("Perfil por um tempo")
            made.ask("Só da rede da loja", address="203.0.113.99")
        made.written()
    made.do(DeleteKey(ACME, made.app_key("Excluída")))
    made.do(BlockKey(ACME, made.app_key("Bloqueada por suspeita"), "O token apareceu num repositório público"))
    made.do(DeactivateKey(ACME, made.app_key("Desligada por um tempo"), "Migração do ERP até segunda-feira"))
    renewed = made.world.house.node.renew(ACME, made.app_key("Renovada"), by=made.ana)
    done_or_fail(renewed)
    made.do(FinishRenewal(ACME, made.app_key("Renovada")))


def _present(made: Panorama) -> None:
    """The last two days, and what is still open."""
    made.clock.now = Moment(NOW - 30 * HOUR)
    house, good = made.world.house, made.world.pairs["good"]
    issued = house.node.renew(ACME, made.app_key("Em renovação"), by=made.ana)
    assert isinstance(issued, Issued)
    old = made.world.pairs["Em renovação"]
    made.world.pairs["Em renovação, nova"] = Credentials(issued.app_key, issued.token.reveal())
    for hour in range(30):
        made.clock.now = Moment(NOW - (30 - hour) * HOUR)
        made.ask(ERP, times=1 + hour % 6)
        made.ask("Em renovação" if hour < 20 else "Em renovação, nova")
        made.written()
    made.clock.now = Moment(NOW - HOUR)
    for label in ("inactive", "blocked", "deleted", "Expirada", "Vale a partir de amanhã", "Perdeu o perfil"):
        made.ask(label, times=2)
    made.ask("good", app_key=good.app_token, token=good.app_key)
    made.ask("good", token=good.app_token[:-1])
    made.ask("good", token=f" {good.app_token}")
    made.ask("good", token="")
    made.ask("good", app_key="vtexappkey-acme-NOSUCH", token=old.app_token)
    made.ask("good", app_key=made.world.pairs["globex lacking"].app_key)
    made.ask("lacking", "POST", f"{ORDERS}/1042/cancel")
    made.ask("Nunca usada", "POST", f"{ORDERS}/1042/cancel")
    made.ask("good", "DELETE", ORDERS)
    made.ask("good", "GET", "/api/catalog/pvt/product/1")
    made.ask("good", "GET", "/api/oms//pvt/orders")
    made.ask("globex roleless", account=GLOBEX, times=2)
    made.written()
    muted = house.store.episodes(ACME)[-1]
    made.do(MuteEpisode(ACME, muted.id))
    made.do(InviteSponsor(ACME, email("ines")))
    secret = house.node.invite(ACME, email("nina"), by=made.ana)
    assert isinstance(secret, Secret)
    made.links["nina"] = secret.reveal()
    house.sessions.begin(ACME, email("ana"), address="198.51.100.23", agent="Chrome, Android")
    house.sessions.begin(ACME, email("bruno"), address="198.51.100.77", agent="Safari, iPhone")
    made.clock.now = NOW


# ---------------------------------------------------------------------------------------------- where it is to be seen


def coded(address: Email) -> str:
    return urlsafe_b64encode(address.encode()).rstrip(b"=").decode()


def _keys_shown(made: Panorama) -> Sequence[str]:
    shown = (
        ERP,
        "roleless",
        "Em renovação",
        "Bloqueada por suspeita",
        "Excluída",
        "globex good",
        "Perdeu o perfil",
    )
    return [made.app_key(label) for label in shown]


def _parts() -> frozenset[str]:
    """Pages that are parts of others."""
    own = {"/console/attention", "/console/overview/figures", "/console/overview/failures", "/console/keys/issue/roles"}
    known = {entry.path for entry in entries()}
    ends = ("/now", "/activity", "/count", "/first")
    return frozenset(path for path in known if path in own or path.endswith(ends))


def _newest(made: Panorama) -> Sequence[str]:
    """A denial of each cause."""
    found = {one.findings[0].cause: one.id for one in made.world.house.store.denials(ACME) if one.findings}
    return list(found.values())


# What stands in an address, by the beginning of the path; the longest beginning counts.
FILLED: Mapping[str, Callable[[Panorama], Mapping[str, Sequence[str]]]] = {
    "/console/keys/{app_key}": lambda made: {"app_key": _keys_shown(made)},
    **{
        f"/console/keys/{{app_key}}/{act}": lambda made: {"app_key": [made.app_key(ERP), made.app_key("globex good")]}
        for act in ("now", "activity", "link", "unlink", "activate", "deactivate", "block", "renew", "delete")
    },
    "/console/keys/{app_key}/finish": lambda made: {"app_key": [made.app_key("Em renovação")]},
    "/console/users/{email}": lambda made: {"email": [coded(email(who)) for who in ("bruno", "ana", "nina")]},
    "/console/denials/{id}": lambda made: {"id": _newest(made)},
    "/console/roles/{id}": lambda made: {"id": [str(made.roles[WIDE]), "1", str(made.roles["Gestão de chaves"])]},
    "/console/roles/{id}/edit": lambda made: {"id": [str(made.roles[WIDE])]},
    "/console/roles/{id}/delete": lambda made: {"id": [str(made.roles[WIDE]), str(made.roles["Sem ninguém"])]},
    "/console/settings/catalogue/preview/{id}": lambda _: {"id": ["0" * 32]},
    "/console/settings/gateways/{file}": lambda _: {"file": ["nginx.conf", "Caddyfile"]},
    "/console/jobs/{id}": lambda made: {"id": ["0" * 32]},
}
# What an address needs besides; `{app_key}` and `{id}` are filled in as the path's own.
QUERIES: Mapping[str, Callable[[Panorama], Sequence[str]]] = {
    "/console/keys/{app_key}/unlink": lambda _: ["role=1"],
    "/console/keys/issue/first": lambda made: [f"key={key_id(made, 'good')}&since=0"],
}
# The same page where something else is to be seen.
VIEWS: Mapping[str, Callable[[Panorama], Sequence[str]]] = {
    "/console/keys": lambda _: ["", "q=ERP", "q=nothing+of+that+name", "state=blocked", "order=failed"],
    "/console/users": lambda _: ["", "q=nobody"],
    "/console/roles": lambda _: ["", "q=pedidos", "q=nobody"],
    "/console/roles/new": lambda _: ["", "from=1"],
    "/console/audit": lambda _: ["", "person=nobody%40acme.example"],
    "/console/settings/gateways": lambda _: ["", "listen=nonsense"],
    "/console/failures": lambda _: ["", "muted=1"],
}
FILES = {"/console/settings/catalogue/toml", "/console/settings/gateways/{file}"}
WRONG = {"listen=nonsense"}
NOTHING_RUNS = (
    "/console/attention",
    "/console/jobs/{id}",
    "/console/jobs/{id}/file",
    "/console/settings/catalogue/preview/{id}",
)
GONE: Mapping[str, int] = dict.fromkeys(NOTHING_RUNS, 404)


def key_id(made: Panorama, label: str) -> str:
    return made.world.house.node.keyring(ACME).keys[made.app_key(label)].id


def addresses(made: Panorama, entry: Entry) -> Sequence[str]:
    """Where a page, or the form that is sent there, is to be found."""
    names = re.findall(r"\{(\w+)(?::path)?\}", entry.path)
    filled = _filled(made, entry.path) if names else {}
    missing = [name for name in names if not filled.get(name)]
    assert not missing, f"{entry.path}: say in FILLED what stands for {missing}"
    count = max((len(filled[name]) for name in names), default=1)
    return [re.sub(r"\{(\w+)(?::path)?\}", partial(_put, filled, place), entry.path) for place in range(count)]


def _filled(made: Panorama, path: str) -> Mapping[str, Sequence[str]]:
    known = [beginning for beginning in FILLED if path == beginning or path.startswith(f"{beginning}/")]
    return FILLED[max(known, key=len)](made) if known else {}


def _put(filled: Mapping[str, Sequence[str]], place: int, found: re.Match[str]) -> str:
    values = filled[found[1]]
    return values[place % len(values)]


def samples(made: Panorama) -> Iterator[Sample]:
    """Every page there is, as the sponsor sees it, and what others see of some."""
    for entry in entries():
        if entry.method == "GET":
            yield from pages_of(made, entry)
    yield from _others(made)


def pages_of(made: Panorama, entry: Entry) -> Iterator[Sample]:
    """An entry as the sponsor sees it; as nobody, where it is public."""
    name = re.sub(r"[{}]", "", entry.path).removeprefix("/").replace("/", "-").removeprefix("console-")
    queries = QUERIES.get(entry.path, VIEWS.get(entry.path, lambda _: [""]))(made)
    by = None if entry.public else "ana"
    places = [(path, query) for path in addresses(made, entry) for query in queries]
    for number, (path, query) in enumerate(places, 1):
        status = 422 if query in WRONG else GONE.get(entry.path, 200)
        numbered = name if len(places) == 1 else f"{name}-{number}"
        yield Sample(
            numbered,
            f"{path}?{query}" if query else path,
            by,
            status=status,
            part=entry.path in _parts(),
            file=entry.path in FILES,
        )


def _others(made: Panorama) -> Iterator[Sample]:
    paths = {entry.path for entry in entries()}
    yield Sample("missing", "/console/nowhere", status=404)
    yield Sample("wrong-password", "/console/sign-in", None, {"account": "acme", "email": "x@y.example"}, 403)
    yield Sample("overview-of-paulo", "/console", "paulo")
    yield Sample("overview-of-ines", "/console", "ines")
    if "/console/keys" in paths:
        yield Sample("not-delegated", "/console/keys", "paulo", status=403)
        yield Sample("keys-of-vera", "/console/keys", "vera")
        yield Sample("key-of-vera", f"/console/keys/{made.app_key('Em renovação')}", "vera")
    if "/console/keys/export" in paths:
        yield Sample("job", "/console/keys/export", "ana", {"format": "csv"}, follow=True)
    if "/console/keys/issue" in paths:
        issue = "/console/keys/issue"
        yield Sample("issue-wrong", issue, "ana", {"label": "", "networks": "10.0.0.1/8"}, 422)
        yield Sample("issued", issue, "ana", {"label": "Nova", "id": "a" * 32, "role": ["1"]})
        yield Sample("issued-unlinked", issue, "ana", {"label": "Sem perfil", "id": "b" * 32})
        yield Sample("issued-by-link", issue, "ana", {"label": "Por link", "id": "c" * 32, "handing": "link"})
    if "/console/keys/{app_key}/renew" in paths:
        yield Sample("renewed", f"/console/keys/{made.app_key('good')}/renew", "ana", {})
    if "/console/roles/{id}/edit" in paths:
        fields = {"name": "Pedidos", "resource": ["OMS/CancelAction"], "do": "preview"}
        revision = str(made.world.house.node.keyring(ACME).revision)
        yield Sample("role-edited", "/console/roles/1/edit", "ana", {**fields, "revision": revision})
        yield Sample("role-wrong", "/console/roles/new", "ana", {"name": "", "do": "save"}, 422)
    if "/console/settings" in paths:
        yield Sample("settings-wrong", "/console/settings", "ana", {"days": "many"}, 422)
        yield Sample("catalogue-wrong", "/console/settings/catalogue", "ana", {"text": ""}, 422)
        yield Sample("settings-of-paulo", "/console/settings", "paulo")
    if "/console/sponsor" in paths:
        yield Sample("sponsor-of-ines", "/console/sponsor", "ines")
    if "/console/users/register" in paths:
        token = "ABCDEFGHIJ" * 12 + "QWERTYUI"
        swapped = {"email": token, "name": "vtexappkey-acme-SWAPPD", "app_key": token, "app_token": "vtexappkey-acme-S"}
        yield Sample("registered-swapped", "/console/users/register", "ana", swapped, 422)
    if "/console/diagnose" in paths:
        pair = made.world.pairs["lacking"]
        curl = (
            f"curl -X POST 'https://acme.example{ORDERS}/1/cancel' -H 'X-VTEX-API-AppKey: {pair.app_key}' "
            f"-H 'X-VTEX-API-AppToken: {made.world.pairs['good'].app_token}'"
        )
        yield Sample("diagnosed", "/console/diagnose", "ana", {"pasted": curl})


def shown(reader: Reader, sample: Sample) -> int:
    """Let a reader open a sample; its status."""
    if sample.fields is None:
        return reader.get(sample.address, {"HX-Request": "true"} if sample.part else {}, follow=False).status_code
    reader.get(sample.form if sample.by else sample.address)
    return reader.post(sample.address, sample.fields, follow=sample.follow).status_code
