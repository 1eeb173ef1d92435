"""The chain of a denial and of a request examined: the same four links, the first broken one marked."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from tests.core.worlds import ACME, ANA, BIA, ERP, NOW, TOKEN, Story, working
from tests.house import request, told

from chaveiro.core.attempt import Need, Request
from chaveiro.core.cause import Cause
from chaveiro.core.command import DeactivateKey, DeleteKey, WithdrawFromKey
from chaveiro.core.decision import Denied
from chaveiro.core.keyring import Mark, User
from chaveiro.core.names import Moment, Resource, RoleId
from chaveiro.doors.keeping.chain import Part, State, chain
from chaveiro.words.language import Language

CANCEL = Need((Resource("OMS", "CancelAction"),))


def inactive() -> Story:
    story = working()
    story.do(DeactivateKey(ACME, ERP))
    return story


def unlinked() -> Story:
    story = working()
    story.do(WithdrawFromKey(ACME, RoleId(1), ERP))
    return story


def states(links: Any) -> list[State]:
    return [one.state for one in links]


@pytest.mark.parametrize(
    ("story", "asked", "broken"),
    [
        (working(), request(TOKEN.upper()), Part.REQUEST),
        (inactive(), request(), Part.KEY),
        (unlinked(), request(), Part.ROLE),
        (working(), request(need=CANCEL), Part.RESOURCE),
        (working(), request(need=None, method="GET", target="/nowhere"), Part.RESOURCE),
        (working(), request(need=None, method="GET", target="/a//b"), Part.RESOURCE),
    ],
)
def test_what_is_examined_breaks_where_the_denial_would(story: Story, asked: Request, broken: Part) -> None:
    """Links before it hold, links after it were not reached, in both."""
    house = told(story)
    keyring = house.node.keyring(ACME)
    seen = chain(house.examined(asked), keyring, Language.EN)
    assert seen == chain(house.refused(asked).denial, keyring, Language.EN)
    place = list(Part).index(broken)
    assert [one.part for one in seen] == list(Part)
    assert states(seen) == [State.HOLDS] * place + [State.BROKEN] + [State.NOT_REACHED] * (3 - place)


def test_what_is_allowed_has_four_links_that_hold() -> None:
    """Each says what it is in this case."""
    house = told(working())
    links = chain(house.examined(request(address="203.0.113.7")), house.node.keyring(ACME), Language.PT)
    assert states(links) == [State.HOLDS] * 4
    assert [one.name for one in links] == ["Requisição", "Chave", "Perfil de acesso", "Recurso"]
    assert [one.what for one in links] == ["203.0.113.7", f"{ERP} ERP (ativa)", "1 Pedidos", "OMS/ListOrders"]


def test_a_chain_is_of_its_moment_unless_another_is_named() -> None:
    """A key that has expired since was active then."""
    house = told(working())
    keyring = house.node.keyring(ACME)
    key = structs.replace(keyring.keys[ERP], expires=Moment(NOW + 2000))
    later = replace(keyring, keys={ERP: key})
    denial = house.refused(request(need=CANCEL)).denial
    assert chain(denial, later, Language.EN)[1].what.endswith("(active)")
    assert chain(denial, later, Language.EN, Moment(NOW + 3000))[1].what.endswith("(expired)")


def test_a_user_is_the_key_of_a_request_by_user_token() -> None:
    """Named with the roles they have."""
    house = told(working())
    keyring = house.node.keyring(ACME)
    user = User(BIA, "Bia", Mark(Moment(NOW), ANA))
    denied = Denied(Cause.NO_ROLE_LINKED, keyring.revision, user=BIA)
    examined = replace(house.examined(request()), decision=denied, app_key=None)
    links = chain(examined, replace(keyring, users={BIA: user}), Language.EN)
    assert [one.what for one in links[1:3]] == [f"{BIA} Bia", "none"]


def test_a_deleted_key_is_named_and_an_unknown_one_is_not() -> None:
    """What nobody knows may be a token in the wrong field."""
    story = working()
    story.do(DeleteKey(ACME, ERP))
    house = told(story)
    keyring = house.node.keyring(ACME)
    assert chain(house.examined(request()), keyring, Language.EN)[1].what == f"{ERP} ERP (deleted)"
    unknown = chain(house.examined(request(app_key="nonsense")), keyring, Language.EN)
    assert unknown[1].what == "not a key of this account"
