"""A change becomes rows: what `core.change.after` does to a keyring, this does to the tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from chaveiro.core.change import Change
from chaveiro.core.event import (
    AccountCreated,
    AccountResumed,
    AccountSuspended,
    CatalogueImported,
    CommandRefused,
    EpisodeMuted,
    EpisodeUnmuted,
    HandoverMade,
    HandoverOpened,
    KeyActivated,
    KeyAdopted,
    KeyBlocked,
    KeyDeactivated,
    KeyDeleted,
    KeyGranted,
    KeyImported,
    KeyIssued,
    KeyReleased,
    KeyRenewed,
    KeyWithdrawn,
    LeakNoted,
    PasswordSet,
    PredefinedRolesAdded,
    RenewalFinished,
    ResourceSpread,
    RoleCreated,
    RoleDeleted,
    RoleEdited,
    SettingsEdited,
    SetUpLinkGiven,
    SponsorChanged,
    SponsorInvited,
    TransferCancelled,
    UserAdded,
    UserGranted,
    UserRemoved,
    UserTokenGiven,
    UserWithdrawn,
)
from chaveiro.core.keyring import MUTED_MAX
from chaveiro.stores.sql import tables
from chaveiro.stores.sql.tables import mark_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Delete, Insert, Update

    from chaveiro.core.denial import DenialId
    from chaveiro.core.names import AccountName, AppKey, Email, Resource, RoleId


def write(connection: Connection, changes: Iterable[tuple[Change, int]]) -> None:
    """Do to the rows what an account's changes, each committed as its `seq`, do to the keyring.

    ValueError: one does not fit.
    """
    rows = None
    for change, seq in changes:
        rows = _Rows(connection, change, seq)
        rows.apply()
    if rows is not None:
        rows.account(seq=rows.seq)


class _Rows:
    """The rows of one account while one change is written."""

    def __init__(self, connection: Connection, change: Change, seq: int) -> None:
        self._connection = connection
        self._change = change
        self._name = change.account
        self._mark = change.mark
        self.seq = seq

    def apply(self) -> None:  # noqa: C901, PLR0915 - one case per event
        match self._change.event:
            case CommandRefused() | UserTokenGiven() | LeakNoted():
                pass
            case AccountCreated() as created:
                self._open(created)
            case AccountSuspended():
                self.account(**mark_values("suspended", self._mark))
            case AccountResumed():
                self.account(**mark_values("suspended", None))
            case SettingsEdited() as edited:
                self._set(edited)
            case CatalogueImported(catalogue):
                self.account(catalogue=catalogue)
            case PredefinedRolesAdded(roles):
                for one in roles:
                    self._add_role(one.id, one.name, one.resources)
                    self._insert(tables.predefined_roles, account=self._name, role=one.id)
            case SponsorInvited(to, expires):
                self._end_transfer()
                invited = mark_values("invited", self._mark)
                self._insert(tables.transfers, account=self._name, email=to, expires=expires, **invited)
                self._delete(tables.set_up_links, account=self._name, email=to)
            case TransferCancelled():
                self._end_transfer()
            case SponsorChanged(_, to):
                self._end_transfer()
                self._delete(tables.set_up_links, account=self._name, email=to)
                self.account(sponsor=to)
            case UserAdded(email, name):
                self._add_user(email, name)
            case UserRemoved(email):
                self._remove_user(email)
            case SetUpLinkGiven() as link:
                given = mark_values("given", self._mark)
                self._put(tables.set_up_links, self._user(link.to), digest=link.digest, expires=link.expires, **given)
            case PasswordSet(email, password):
                self._delete(tables.set_up_links, **self._user(email))
                self._put(tables.passwords, self._user(email), hash=password, **mark_values("set", self._mark))
            case RoleCreated(role, name, resources):
                self._add_role(role, name, resources)
            case RoleEdited(role, name, added, removed):
                self._role(role, name=name)
                self._remove_resources(role, added | removed)
                self._add_resources(role, added - removed)
            case RoleDeleted(role):
                self._role(role, **mark_values("deleted", self._mark))
            case ResourceSpread(_, resource, ids):
                for role in ids:
                    self._add_resources(role, frozenset({resource}))
            case UserGranted(role, to, until):
                self._withdraw(tables.user_grants, role, account=self._name, email=to)
                self._grant(tables.user_grants, role, account=self._name, email=to, until=until)
            case UserWithdrawn(role, to):
                self._withdraw(tables.user_grants, role, account=self._name, email=to)
            case KeyGranted(role, to, until):
                table, own = self._grants_of(to)
                self._withdraw(table, role, **own)
                self._grant(table, role, until=until, **own)
            case KeyWithdrawn(role, to):
                table, own = self._grants_of(to)
                self._withdraw(table, role, **own)
            case KeyIssued() as issued:
                self._issue(issued, registered=issued.registered)
            case KeyImported() as imported:
                self._issue(imported, registered=True)
                self._insert(tables.key_kinds, app_key=imported.app_key, kind=imported.kind)
            case KeyAdopted(app_key, home):
                self._adopt(app_key, home)
            case KeyReleased(app_key):
                for table in (tables.external_grants, tables.external_keys):
                    self._delete(table, account=self._name, app_key=app_key)
            case KeyActivated(app_key):
                self._key(app_key, **mark_values("inactive", None), **mark_values("blocked", None))
            case KeyDeactivated(app_key):
                self._key(app_key, **mark_values("inactive", self._mark))
            case KeyBlocked(app_key):
                self._key(app_key, **mark_values("blocked", self._mark))
            case KeyRenewed(app_key, digest):
                self._delete(tables.handovers, app_key=app_key)
                self._key(app_key, next_digest=digest, **mark_values("next_created", self._mark))
            case RenewalFinished(app_key):
                self._finish(app_key)
            case KeyDeleted(app_key):
                self._bury(app_key)
            case HandoverMade(app_key, id_, expires):
                made = mark_values("made", self._mark)
                self._put(tables.handovers, {"app_key": app_key}, id=id_, expires=expires, **made)
            case HandoverOpened(app_key):
                self._delete(tables.handovers, app_key=app_key)
            case EpisodeMuted(episode):
                self._mute(episode)
            case EpisodeUnmuted(episode):
                self._delete(tables.muted_episodes, account=self._name, episode=episode)
            case _ as never:
                assert_never(never)

    def account(self, **values: object) -> None:
        """Change the account's own row."""
        self._update(tables.accounts, {"name": self._name}, values)

    # -- the account and its people

    def _open(self, created: AccountCreated) -> None:
        self._insert(
            tables.accounts,
            name=self._name,
            seq=self.seq,
            sponsor=created.sponsor,
            format=created.format.value,
            https_only=created.https_only,
            catalogue="",
            **mark_values("created", self._mark),
        )
        self._add_user(created.sponsor, created.sponsor)

    def _set(self, edited: SettingsEdited) -> None:
        if edited.format is not None:
            self.account(format=edited.format.value)
        if edited.https_only is not None:
            self.account(https_only=edited.https_only)
        if edited.token_days_max is not None:
            self._put(tables.token_periods, {"account": self._name}, days=edited.token_days_max)

    def _mute(self, episode: DenialId) -> None:
        table, muted = tables.muted_episodes, mark_values("muted", self._mark)
        self._insert(table, account=self._name, episode=episode, seq=self.seq, **muted)
        newest = select(table.c.episode).where(table.c.account == self._name).order_by(table.c.seq.desc())
        for forgotten in self._connection.scalars(newest.offset(MUTED_MAX)).all():
            self._delete(table, account=self._name, episode=forgotten)

    def _user(self, email: Email) -> dict[str, object]:
        return {"account": self._name, "email": email}

    def _end_transfer(self) -> None:
        self._delete(tables.transfers, account=self._name)

    def _add_user(self, email: Email, name: str) -> None:
        added = mark_values("added", self._mark)
        self._insert(tables.users, account=self._name, email=email, seq=self.seq, name=name, **added)

    def _remove_user(self, email: Email) -> None:
        self._delete(tables.transfers, account=self._name, email=email)
        for table in (tables.user_grants, tables.set_up_links, tables.passwords):
            self._delete(table, account=self._name, email=email)
        self._delete(tables.users, account=self._name, email=email)

    # -- roles

    def _add_role(self, role: RoleId, name: str, resources: frozenset[Resource]) -> None:
        self._insert(tables.roles, account=self._name, id=role, name=name)
        self._add_resources(role, resources)

    def _role(self, role: RoleId, **values: object) -> None:
        self._update(tables.roles, {"account": self._name, "id": role}, values)

    def _add_resources(self, role: RoleId, resources: frozenset[Resource]) -> None:
        rows = [
            {"account": self._name, "role": role, "product": one.product, "key": one.key} for one in sorted(resources)
        ]
        if rows:
            self._connection.execute(_inserting(tables.role_resources), rows)

    def _remove_resources(self, role: RoleId, resources: frozenset[Resource]) -> None:
        for one in sorted(resources):
            self._delete(tables.role_resources, account=self._name, role=role, product=one.product, key=one.key)

    def _grant(self, table: Table, role: RoleId, **values: object) -> None:
        given = mark_values("given", self._mark)
        self._insert(table, role=role, role_account=self._name, seq=self.seq, **values, **given)

    def _withdraw(self, table: Table, role: RoleId, **where: object) -> None:
        self._delete(table, role=role, **where)

    # -- keys

    def _grants_of(self, app_key: AppKey) -> tuple[Table, dict[str, object]]:
        """Where a key's links are kept, and what names it there: an own key's, or an external one's."""
        keys = tables.keys
        own = select(keys.c.app_key).where(keys.c.app_key == app_key, keys.c.account == self._name)
        if self._connection.execute(own).first():
            return tables.key_grants, {"app_key": app_key}
        return tables.external_grants, {"account": self._name, "app_key": app_key}

    def _key(self, app_key: AppKey, **values: object) -> None:
        self._update(tables.keys, {"app_key": app_key, "account": self._name}, values)

    def _issue(self, issued: KeyIssued | KeyImported, *, registered: bool) -> None:
        self._insert(
            tables.keys,
            app_key=issued.app_key,
            account=self._name,
            seq=self.seq,
            id=issued.id,
            label=issued.label,
            owner=issued.owner,
            registered=registered,
            networks=" ".join(str(network) for network in issued.networks),
            valid_from=issued.valid_from,
            expires=issued.expires,
            digest=issued.digest,
            **mark_values("created", self._mark),
        )

    def _adopt(self, app_key: AppKey, home: AccountName) -> None:
        added = mark_values("added", self._mark)
        self._insert(tables.external_keys, account=self._name, app_key=app_key, home=home, seq=self.seq, **added)

    def _finish(self, app_key: AppKey) -> None:
        key = self._one(tables.keys, app_key)
        retired = mark_values("retired", self._mark)
        self._insert(tables.retired_digests, app_key=app_key, seq=self.seq, digest=key["digest"], **retired)
        self._delete(tables.key_kinds, app_key=app_key)
        self._key(
            app_key,
            digest=key["next_digest"],
            next_digest=None,
            **{f"token_created_{part}": key[f"next_created_{part}"] for part in ("at", "by", "why")},
            **mark_values("next_created", None),
        )

    def _bury(self, app_key: AppKey) -> None:
        key = self._one(tables.keys, app_key)
        table = tables.retired_digests
        old = self._connection.scalars(select(table.c.digest).where(table.c.app_key == app_key).order_by(table.c.seq))
        digests = [*old, *(digest for digest in (key["digest"], key["next_digest"]) if digest is not None)]
        for own in (tables.key_grants, tables.retired_digests, tables.handovers, tables.key_kinds, tables.keys):
            self._delete(own, app_key=app_key)
        self._insert(
            tables.tombstones,
            app_key=app_key,
            account=self._name,
            seq=self.seq,
            id=key["id"],
            label=key["label"],
            **mark_values("deleted", self._mark),
        )
        for position, digest in enumerate(digests):
            self._insert(tables.tombstone_digests, app_key=app_key, position=position, digest=digest)

    # -- rows

    def _one(self, table: Table, app_key: AppKey) -> Any:  # noqa: ANN401 - rows are of Any
        own = select(table).where(table.c.app_key == app_key, table.c.account == self._name)
        found = self._connection.execute(own).mappings().one_or_none()
        if found is None:
            raise self._unfit()
        return found

    def _insert(self, table: Table, **values: object) -> None:
        self._connection.execute(_inserting(table), values)

    def _put(self, table: Table, own: dict[str, object], **values: object) -> None:
        """Write the one row that there is of this name, in place of a former one."""
        self._delete(table, **own)
        self._insert(table, **own, **values)

    def _update(self, table: Table, own: dict[str, object], values: dict[str, object]) -> None:
        """Change the one row of this name."""
        changed = self._connection.execute(_updating(table, tuple(own), tuple(values)), _where(own) | values)
        if changed.rowcount != 1:
            raise self._unfit()

    def _delete(self, table: Table, **where: object) -> None:
        self._connection.execute(_deleting(table, tuple(where)), _where(where))

    def _unfit(self) -> ValueError:
        return ValueError(f"a change does not fit account `{self._name}` as it is")


# Statements are made once for each table and its columns: making one takes longer than a database to answer it.


def _where(own: dict[str, object]) -> dict[str, object]:
    """What names a row, as parameters that no column's new value is mistaken for."""
    return {f"where_{name}": value for name, value in own.items()}


def _named(table: Table, names: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(f"where_{name}") for name in names))


@cache
def _inserting(table: Table) -> Insert:
    return insert(table)


@cache
def _updating(table: Table, own: tuple[str, ...], values: tuple[str, ...]) -> Update:
    return update(table).where(_named(table, own)).values({name: bindparam(name) for name in values})


@cache
def _deleting(table: Table, own: tuple[str, ...]) -> Delete:
    return delete(table).where(_named(table, own))
