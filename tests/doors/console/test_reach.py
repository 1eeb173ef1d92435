"""After something was taken away at the console: on which nodes that is in force, and until when others may decide."""

from __future__ import annotations

from collections.abc import Iterator
from time import time

import pytest
from tests.doors.console.browserless import Reader, console
from tests.doors.console.scene import Scene
from tests.doors.world import World

from chaveiro.core.fleet import NodeId, NodeReport, NodeSeen
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.doors.console import cookies
from chaveiro.doors.keeping.nodes import SILENT_SECONDS
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import StoreUnavailable

EVERYTHING = 1_000_000


class Desk:
    """A sponsor at the console of a running node, whose store lists others too."""

    def __init__(self, scene: Scene, ana: Reader) -> None:
        self.scene, self.ana = scene, ana
        assert isinstance(scene.world.house.store, MemoryStore)
        self.store = scene.world.house.store

    @property
    def world(self) -> World:
        return self.scene.world

    def another(self, name: str, *, applied: int = EVERYTHING, ago: float = 0.0, epoch: str = "") -> NodeReport:
        """A node elsewhere, as it reported so many seconds ago."""
        revision = Revision(epoch or self.store.head().epoch, applied)
        report = NodeReport(NodeId(f"{name:0>16}"), name, revision, 300.0)
        at = Moment(time() - ago)
        self.store._nodes[report.id] = NodeSeen(report, Moment(at - 60), at)
        return report

    def block(self, label: str = "good") -> str:
        """Block a key, and give what the next page says."""
        page = f"{self.scene.page_of(label)}/block"
        self.ana.get(page)
        self.ana.post(page)
        return self.ana.text


@pytest.fixture
def desk() -> Iterator[Desk]:
    scene = Scene()
    with console(scene.world) as (_, origin):
        ana = Reader(origin)
        ana.sign_in()
        yield Desk(scene, ana)
    scene.world.house.close()


def test_once_every_node_has_it_the_page_says_so(desk: Desk) -> None:
    """This one counts as well, where it is a node."""
    desk.world.house.start()
    desk.another("api-2")
    desk.another("api-3")
    assert "In force on all 3 nodes." in desk.block()


def test_while_one_is_without_it_the_page_says_until_when(desk: Desk) -> None:
    """How many have it, from when on none decides as before, and where all of them are listed. Once: it was news."""
    desk.world.house.start()
    desk.another("api-2")
    desk.another("api-3", applied=0, ago=30)
    told = desk.block()
    assert "In force on 2 of 3 nodes; the last can decide as before until" in told
    assert 'href="/console/health"' in desk.ana.page.text
    desk.ana.get(desk.scene.page_of("good"))
    assert "In force" not in desk.ana.text


def test_the_only_node_and_the_only_machine_say_that(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one node reports it is the only one; where a file lists none, the processes of a machine follow soon."""
    with monkeypatch.context() as patch:
        patch.setattr(MemoryStore, "keeps_nodes", False)  # as a file says of itself
        assert "In force in every process of this machine within 0.5 s." in desk.block()
    desk.world.house.start()
    desk.world.house.node.known.refresh()
    assert "In force on 1 node, the only one." in desk.block("lacking")


def test_where_nobody_can_tell_the_page_says_that_it_is_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by when no node can decide as before."""

    def gone() -> None:
        raise StoreUnavailable("the plug was pulled")

    monkeypatch.setattr(desk.store, "nodes", gone)
    told = desk.block()
    assert "The key is blocked" in told
    assert "It is done. Nobody can tell now which nodes know of it" in told


def test_strangers_cannot_have_it_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cookie that somebody made up costs no question to the store where nobody is signed in."""
    asked: list[None] = []
    nodes = desk.store.nodes

    def counted() -> object:
        asked.append(None)
        return nodes()

    monkeypatch.setattr(desk.store, "nodes", counted)
    stranger = Reader(desk.ana.origin)
    stranger.cookies[cookies.NOTICE] = f"key_blocked={desk.store.head()}"
    stranger.get("/console/sign-in")
    assert stranger.page.status_code == 200
    assert not asked
    for nonsense in ("key_blocked=", "key_blocked=soon", "nothing=00000000.1", "role_given=00000000.1", "=", "=="):
        desk.ana.cookies[cookies.NOTICE] = nonsense
        assert desk.ana.get("/console/health/now").status_code == 200
        desk.ana.cookies[cookies.NOTICE] = nonsense
        assert desk.ana.get(desk.scene.page_of("good")).status_code == 200
        assert "In force" not in desk.ana.text


def test_health_lists_the_nodes(desk: Desk) -> None:
    """Each with what it knows, what it lacks, when it was heard of, and whether it can decide."""
    head = desk.store.head()
    desk.another("api-2", applied=head.seq)
    desk.another("api-3", applied=head.seq - 2)
    desk.another("api-4", applied=head.seq - 3, ago=SILENT_SECONDS + 1)
    desk.another("api-5", applied=1, ago=3600)
    desk.another("api-6", applied=1, epoch="ffffffff")
    desk.ana.get("/console/health/now", {"HX-Request": "true"})
    told = desk.ana.text
    rows = {name: told[told.index(f"{name} 0") :][:260] for name in ("api-2", "api-3", "api-4", "api-5", "api-6")}
    assert f"✓ deciding {head} 0" in rows["api-2"]
    assert f"! behind {head.epoch}.{head.seq - 2} 2 changes missing 0" in rows["api-3"]
    assert "✕ silent can decide until" in rows["api-4"]
    assert f"{head.epoch}.{head.seq - 3} 3 changes missing" in rows["api-4"]
    assert "✕ silent cannot decide any more" in rows["api-5"]
    assert "! behind ffffffff.1 another history 0" in rows["api-6"]


def test_health_names_its_own_node(desk: Desk) -> None:
    """Among others, people have to know which one answers."""
    desk.world.house.start()
    desk.world.house.node.known.refresh()
    desk.ana.get("/console/health/now", {"HX-Request": "true"})
    name = desk.world.house.node.name
    assert name
    assert f"Name {name}" in desk.ana.text
    assert f"{name} (this node)" in desk.ana.text
