"""The account itself, its one store, and the bar above VTEX's admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Depends
from pydantic import Field

from chaveiro.core.keyring import Key, Keyring
from chaveiro.core.names import AccountName
from chaveiro.doors.vtex import needs
from chaveiro.doors.vtex.appkeys import works as key_works
from chaveiro.doors.vtex.caller import Caller
from chaveiro.doors.vtex.shapes import Told, iso
from chaveiro.doors.vtex.subject import id_of, name_of

if TYPE_CHECKING:
    from chaveiro.doors.place import Place

router = APIRouter(tags=["Account"])
STORE: Final = 1  # an account has one store here, of its own name


class StoreTold(Told):
    """The account's store."""

    id: int
    name: str
    hosts: list[str] = Field(description="Hosts by which this installation knows the account.")


class SiteTold(Told):
    """The account's store, as the account has it."""

    id: int
    name: str
    trading_name: str
    lv: str | None = Field(default=None, alias="LV")
    logo: str | None = None
    monetary_unit_id: int | None = None
    domains: list[str] = Field(default=[])
    hosts: list[str]
    aliases: list[str] = Field(default=[])


class PersonTold(Told):
    """Somebody to turn to."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class OldKeyTold(Told):
    """What accounts had before they had many keys. Always empty."""

    token: str | None = None
    name: str | None = None


class AccountKeyTold(Told):
    """A key, as the account has it."""

    id: str = Field(description="32 hexadecimal digits.")
    app_key: str
    app_token: None = Field(default=None, description="Nobody can read it again.")
    label: str
    created_in: str
    is_active: bool
    is_blocked: bool


class LicenseTold(Told):
    """A licence. Nobody needs any here."""

    expiration: str | None = None
    id: int
    is_purchased: bool
    products: list[dict[str, object]]
    name: str


class AccountRead(Told):
    """An account, as apps of VTEX read it. It has no other name than the one in its hosts."""

    id: str = Field(description="32 hexadecimal digits; it follows from the name.")
    account_name: str
    name: str
    company_name: str
    trading_name: str
    is_active: bool
    is_operating: bool
    have_parent_account: bool = False
    parent_account_id: str | None = None
    parent_account_name: str | None = None
    creation_date: str
    hosts: list[str]
    sites: list[SiteTold]


class AccountTold(AccountRead):
    """An account. What a company would say of itself is not known here, and empty."""

    lv: str | None = None
    default_url: str | None = None
    district: str | None = None
    country: str | None = None
    complement: str | None = None
    cnpj: str | None = None
    city: str | None = None
    address: str | None = None
    logo: str | None = None
    has_logo: bool = False
    number: str | None = None
    postal_code: str | None = None
    state: str | None = None
    telephone: str | None = None
    licenses: list[LicenseTold] = Field(default=[], description="Always empty: nobody needs a licence here.")
    sponsor: PersonTold
    contact: PersonTold = Field(default=PersonTold(), description="Always empty.")
    operation_date: str
    inactivation_date: str | None = None
    app_key: OldKeyTold = Field(default=OldKeyTold(), description="Always empty.")
    app_keys: list[AccountKeyTold]


class ProfileTold(Told):
    """Who is looking: a user, or a key by its appKey."""

    id: str
    name: str
    email: str
    picture: str | None = None


class BarAccountTold(Told):
    """Which account is looked at."""

    id: str
    account_name: str
    name: str


class BarTold(Told):
    """What the bar can say: who looks at which account. The menus of VTEX's products are not here."""

    profile: ProfileTold
    account: BarAccountTold


@router.get("/api/vlm/account")
def account(caller: Annotated[Caller, Depends(needs.ACCOUNT_READ)]) -> AccountTold:
    """Read the account with its keys."""
    keyring = caller.keyring()
    read = _read(caller, keyring)
    sponsor = keyring.users.get(keyring.sponsor)
    return AccountTold(
        **dict(read),
        sponsor=PersonTold(name=sponsor.name if sponsor else None, email=keyring.sponsor),
        operation_date=read.creation_date,
        inactivation_date=iso(keyring.suspended.at) if keyring.suspended else None,
        app_keys=[_key(key) for key in keyring.keys.values()],
    )


@router.get("/api/license-manager/account")
def account_for_apps(caller: Annotated[Caller, Depends(needs.STORES_READ)]) -> AccountRead:
    """Read the account without its keys."""
    return _read(caller, caller.keyring())


@router.get("/api/vlm/account/stores")
def stores(caller: Annotated[Caller, Depends(needs.STORES_READ)]) -> list[StoreTold]:
    """List the account's stores: one, of its own name."""
    return [StoreTold(id=STORE, name=caller.account, hosts=hosts(caller.call.door.place, caller.account))]


@router.get("/api/license-manager/site/pvt/newtopbar")
def bar(caller: Annotated[Caller, Depends(needs.ANY_ROLE)]) -> BarTold:
    """Read who looks at which account."""
    keyring = caller.keyring()
    one = caller.subject(keyring)
    shown = one.label if isinstance(one, Key) else one.name
    return BarTold(
        profile=ProfileTold(id=id_of(one).hex, name=shown, email=name_of(one)),
        account=BarAccountTold(id=account_id(keyring.account), account_name=keyring.account, name=keyring.account),
    )


def account_id(account: AccountName) -> str:
    """The id by which VTEX's clients know an account: it follows from the name."""
    return uuid5(NAMESPACE_URL, f"urn:chaveiro:account:{account}").hex


def hosts(place: Place, account: AccountName) -> list[str]:
    """The hosts that name an account."""
    return [f"{account}.{host}" for host in place.base_hosts]


def _read(caller: Caller, keyring: Keyring) -> AccountRead:
    name, own = keyring.account, hosts(caller.call.door.place, keyring.account)
    works = keyring.suspended is None
    return AccountRead(
        id=account_id(name),
        account_name=name,
        name=name,
        company_name=name,
        trading_name=name,
        is_active=works,
        is_operating=works,
        creation_date=iso(keyring.created.at),
        hosts=own,
        sites=[SiteTold(id=STORE, name=name, trading_name=name, hosts=own)],
    )


def _key(key: Key) -> AccountKeyTold:
    return AccountKeyTold(
        id=key.id,
        app_key=key.app_key,
        label=key.label,
        created_in=iso(key.created.at),
        is_active=key_works(key),
        is_blocked=key.blocked is not None,
    )
