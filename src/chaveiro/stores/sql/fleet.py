"""The nodes as rows: what each said last, by the database's clock. PostgreSQL alone keeps them.

After a crash or a failover the table is empty, and a node that is cut off since is not in it, though it decides until
its lease ends. So the first to report to an empty table writes down, too, that others may exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, Table, delete, func, select, update

from chaveiro.core.fleet import LEASE_SECONDS_MAX, UNHEARD, NodeId, NodeReport, NodeSeen, unheard
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
    """Write what a node says."""
    said = {
        "name": node.name,
        "epoch": node.revision.epoch,
        "seq": node.revision.seq,
        "stale_seconds_max": node.stale_seconds_max,
        "at": _now(),
    }
    if connection.execute(update(NODES).where(NODES.c.id == node.id).values(said)).rowcount:
        return
    connection.execute(delete(NODES).where(_forgotten()))
    # INVARIANT: nobody knows what others were told to believe for how long, so it is the longest there is.
    others = {**said, "name": "", "epoch": "", "seq": 0, "stale_seconds_max": LEASE_SECONDS_MAX}
    for one, what in (UNHEARD, others), (node.id, said):  # INVARIANT: in this order, as each stands for itself
        new = insert(NODES).values(id=one, began=_now(), **what)
        connection.execute(new.on_conflict_do_nothing(index_elements=[NODES.c.id]))


def nodes(connection: Connection) -> tuple[Moment, Sequence[NodeSeen]]:
    """The database's time, and the nodes that reported, the longest running first."""
    now = Moment(connection.scalar(select(_now())) or 0.0)
    known = select(NODES).where(NODES.c.at > now - FORGOTTEN_SECONDS).order_by(NODES.c.began, NODES.c.id)
    seen = [
        NodeSeen(
            NodeReport(NodeId(row.id), row.name, Revision(row.epoch, row.seq), row.stale_seconds_max),
            Moment(row.began),
            Moment(row.at),
        )
        for row in connection.execute(known)
    ]
    if not connection.scalar(select(func.count()).where(NODES.c.id == UNHEARD)):  # nobody reported since it was lost
        seen.append(unheard(now))
    return now, [one for one in seen if one.report.id != UNHEARD or one.decides_until() > now]


def leave(connection: Connection, node: NodeReport) -> None:
    """Delete a node, and those that were forgotten."""
    connection.execute(delete(NODES).where((NODES.c.id == node.id) | _forgotten()))


def _forgotten() -> ColumnElement[bool]:
    return (NODES.c.at < _now() - FORGOTTEN_SECONDS) & (NODES.c.id != UNHEARD)


def _now() -> ColumnElement[float]:
    return func.extract("epoch", func.clock_timestamp()).cast(MOMENT)
