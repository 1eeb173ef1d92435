"""Says whether an API integration may do what it asks and, when it may not, why and what would fix it."""

from chaveiro.catalogue import Catalogue, CatalogueMalformed, read_toml
from chaveiro.core.attempt import Need, Presented, Request, Transport, presented
from chaveiro.core.cause import Audience, Cause, Code, Finding
from chaveiro.core.command import Command, Reason, Refusal
from chaveiro.core.credential import Format, Secret
from chaveiro.core.decision import Allowed, Decision, Denied
from chaveiro.core.fleet import NodeSeen, Reach, Standing
from chaveiro.core.keyring import Actor, ActorKind, Keyring, Revision
from chaveiro.core.names import AccountName, AppKey, Email, Moment, Resource, RoleId
from chaveiro.denials import Denials
from chaveiro.doctor.examination import Examination, examine_pair
from chaveiro.node import Answer, CannotTell, Issued, Node, Verdict
from chaveiro.serve import CannotStart, House, embedded, open_house
from chaveiro.stores.memory import MemoryStore
from chaveiro.stores.port import AccountUnknown, Store, StoreUnavailable
from chaveiro.wire.identity import Identity
from chaveiro.words.explain import Explanation, explain, refuse
from chaveiro.words.language import Language

__all__ = [
    "AccountName",
    "AccountUnknown",
    "Actor",
    "ActorKind",
    "Allowed",
    "Answer",
    "AppKey",
    "Audience",
    "CannotStart",
    "CannotTell",
    "Catalogue",
    "CatalogueMalformed",
    "Cause",
    "Code",
    "Command",
    "Decision",
    "Denials",
    "Denied",
    "Email",
    "Examination",
    "Explanation",
    "Finding",
    "Format",
    "House",
    "Identity",
    "Issued",
    "Keyring",
    "Language",
    "MemoryStore",
    "Moment",
    "Need",
    "Node",
    "NodeSeen",
    "Presented",
    "Reach",
    "Reason",
    "Refusal",
    "Request",
    "Resource",
    "Revision",
    "RoleId",
    "Secret",
    "Standing",
    "Store",
    "StoreUnavailable",
    "Transport",
    "Verdict",
    "embedded",
    "examine_pair",
    "explain",
    "open_house",
    "presented",
    "read_toml",
    "refuse",
]
