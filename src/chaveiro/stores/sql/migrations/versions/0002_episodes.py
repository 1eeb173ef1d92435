"""Episodes of denials, and what keys do by route. What stands here stays as it is: databases were made by it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INTEGER = sa.Integer()
SEQ: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG: Any = sa.Boolean().with_variant(sa.Integer(), "sqlite")
MOMENT: Any = sa.Double().with_variant(sa.REAL(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def upgrade() -> None:
    connection = op.get_bind()
    old = [
        tuple(row) for row in connection.execute(sa.text("SELECT id, account, at, denial FROM denials ORDER BY at, id"))
    ]
    op.drop_table("denials")
    denials = op.create_table(
        "denials",
        _column("id", TEXT),
        _column("account", TEXT),
        _column("at", MOMENT),
        _column("episode", TEXT),
        _column("known", FLAG),
        _column("denial", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_denials"),
        sqlite_strict=True,
    )
    op.create_index("ix_denials_account_at_id", "denials", ["account", "at", "id"])
    op.create_index("ix_denials_at", "denials", ["at"])
    op.create_index("ix_denials_episode_at_id", "denials", ["episode", "at", "id"])
    episodes = op.create_table(
        "episodes",
        _column("id", TEXT),
        _column("account", TEXT),
        _column("app_key", TEXT),
        _column("cause", TEXT),
        _column("route", TEXT),
        _column("last", MOMENT),
        _column("kept", INTEGER),
        _column("episode", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_episodes"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_episodes_account_app_key_cause_route_last", "episodes", ["account", "app_key", "cause", "route", "last"]
    )
    op.create_table(
        "uses",
        _column("account", TEXT),
        _column("app_key", TEXT),
        _column("route", TEXT),
        _column("need", TEXT),
        _column("last", MOMENT),
        _column("count", SEQ),
        sa.PrimaryKeyConstraint("account", "app_key", "route", name="pk_uses"),
        sqlite_strict=True,
    )
    rows, found = _grouped(old)
    if rows:
        op.bulk_insert(denials, rows)
        op.bulk_insert(episodes, found)


def _grouped(old: list[tuple[Any, ...]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The denials with what is new about them, and one episode for each account, key and cause among them."""
    rows, episodes = [], {}
    for id_, account, at, text in old:
        denial = json.loads(text)
        denial["route"] = ""
        cause = denial["findings"][0]["cause"] if denial["findings"] else denial["told"]
        app_key = denial["app_key"]
        place = (account, app_key or "", cause)
        hash_ = denial["token" if app_key else "key"]["hash"]
        if place not in episodes:
            episodes[place] = {
                "is": "Episode",
                "id": id_,
                "account": account,
                "app_key": app_key,
                "cause": cause,
                "route": "",
                "first": at,
                "last": at,
                "count": 0,
                "newest": id_,
                "wanted": denial["wanted"],
                "worked": None,
                "between": None,
                "faces": [{"is": "Face", "hash": hash_, "first": at, "last": at, "count": 1}],
            }
        episode = episodes[place]
        episode |= {"last": at, "newest": id_, "count": episode["count"] + 1}
        rows.append(
            {
                "id": id_,
                "account": account,
                "at": at,
                "episode": episode["id"],
                "known": app_key is not None,
                "denial": json.dumps(denial, ensure_ascii=False, separators=(",", ":")),
            }
        )
    found = [
        {
            "id": one["id"],
            "account": one["account"],
            "app_key": one["app_key"] or "",
            "cause": one["cause"],
            "route": "",
            "last": one["last"],
            "kept": one["count"],
            "episode": json.dumps(one, ensure_ascii=False, separators=(",", ":")),
        }
        for one in episodes.values()
    ]
    return rows, found
