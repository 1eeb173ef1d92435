"""The nodes as rows: what each said last, by the database's clock. PostgreSQL alone keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, Table, delete, func, select

from chaveiro.core.fleet import NodeId, NodeReport, NodeSeen
from chaveiro.core.keyring import Revision
from chaveiro.core.names import Moment
from chaveiro.stores.sql.columns import MOMENT, SEQ
from chaveiro.stores.sql.tables import column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from chaveiro.stores.sql.database import Insert

FORGOTTEN_SECONDS = 7 * 86_400  # a node that was killed is shown for so long

METADATA = MetaData(naming_convention={"pk": "pk_%(table_name)s"})

# Unlogged: each poll of each node writes here, nothing of it outlives a crash, and after one every node says it again.
NODES = Table(
    "nodes",
    METADATA,
    column("id", key=True),
    column("name"),
    column("epoch"),
    column("seq", SEQ),
    column("stale_seconds_max", MOMENT),
    column("began", MOMENT),
    column("at", MOMENT),
    prefixes=["UNLOGGED"],
)


def report(connection: Connection, insert: Callable[[Table], Insert], node: NodeReport) -> None:
    """Write what a node says. A new one takes the place of those that were forgotten."""
    said = {
        "name": node.name,
        "epoch": node.revision.epoch,
        "seq": node.revision.seq,
        "stale_seconds_max": node.stale_seconds_max,
        "at": _now(),
    }
    new = insert(NODES).values(id=node.id, began=_now(), **said)
    connection.execute(new.on_conflict_do_update(index_elements=[NODES.c.id], set_=said))


def nodes(connection: Connection) -> tuple[Moment, Sequence[NodeSeen]]:
    """The database's time, and the nodes that reported, the longest running first."""
    now = Moment(connection.scalar(select(_now())) or 0.0)
    known = select(NODES).where(NODES.c.at > now - FORGOTTEN_SECONDS).order_by(NODES.c.began, NODES.c.id)
    return now, [
        NodeSeen(
            NodeReport(NodeId(row.id), row.name, Revision(row.epoch, row.seq), row.stale_seconds_max),
            Moment(row.began),
            Moment(row.at),
        )
        for row in connection.execute(known)
    ]


def leave(connection: Connection, node: NodeReport) -> None:
    """Delete a node, and those that were forgotten."""
    gone = NODES.c.at < _now() - FORGOTTEN_SECONDS
    connection.execute(delete(NODES).where((NODES.c.id == node.id) | gone))


def _now() -> ColumnElement[float]:
    return func.extract("epoch", func.clock_timestamp()).cast(MOMENT)
