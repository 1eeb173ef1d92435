"""What would be, as data: the command line and HTTP answer alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chaveiro.core.attempt import Need
from chaveiro.core.cause import Audience, Finding
from chaveiro.core.decision import Allowed, Decision
from chaveiro.doctor.simulation import Preview, Simulation
from chaveiro.wire.answer import moment
from chaveiro.words.commands import command_line, in_turn
from chaveiro.words.explain import explain, refuse

if TYPE_CHECKING:
    from chaveiro.core.keyring import Keyring, Role
    from chaveiro.core.names import Resource
    from chaveiro.doctor.simulation import Outcome
    from chaveiro.whatif import Supposed
    from chaveiro.words.language import Language


def supposed_body(found: Supposed, keyring: Keyring, language: Language) -> dict[str, Any]:
    """An answer for programs."""
    return _preview(found, keyring, language) if isinstance(found, Preview) else _simulation(found, keyring, language)


def cause_of(decision: Decision, language: Language) -> str:
    """Why a decision is a denial, in one sentence; empty where it is none."""
    if isinstance(decision, Allowed):
        return ""
    return explain(Finding(decision.cause), to=Audience.KEEPER, language=language).title


def _simulation(found: Simulation, keyring: Keyring, language: Language) -> dict[str, Any]:
    return {
        "account": keyring.account,
        "appKey": found.app_key,
        "wanted": [_outcome(one, language) for one in found.outcomes],
        "lacking": _resources(found.lacking),
        "alone": [{**_role(one.role), "excess": one.excess} for one in found.alone],
        "together": None
        if found.cover is None
        else {
            "roles": [_role(role) for role in found.cover.roles],
            "excess": found.cover.excess,
            "exact": found.cover.exact,
        },
        "commands": [command_line(one) for one in found.commands],
        "what": list(in_turn(found.commands, language, roles=keyring.roles)),
        "revision": str(keyring.revision),
    }


def _outcome(one: Outcome, language: Language) -> dict[str, Any]:
    wanted = one.wish.wanted
    return {
        "name": one.wish.name,
        "match": wanted.match.value if isinstance(wanted, Need) else None,
        "resources": [_resource(resource) for resource in wanted.resources] if isinstance(wanted, Need) else None,
        "now": _decision(one.now, language),
        "then": _decision(one.then, language),
    }


def _decision(decision: Decision, language: Language) -> dict[str, Any]:
    if isinstance(decision, Allowed):
        return {"decision": "allow", "cause": None, "title": None}
    return {"decision": "deny", "cause": decision.cause.value, "title": cause_of(decision, language)}


def _preview(found: Preview, keyring: Keyring, language: Language) -> dict[str, Any]:
    refused = None
    if found.refusal is not None:
        message, remedy = refuse(found.refusal, language)
        refused = {"reason": found.refusal.reason, "message": message, "remedy": remedy}
    return {
        "account": keyring.account,
        "keys": len(found.losses),
        "routes": len({use.route for loss in found.losses for use in loss.uses}),
        "losses": [
            {
                "appKey": loss.app_key,
                "label": keyring.keys[loss.app_key].label,
                "uses": [{"name": use.route, "last": moment(use.last), "count": use.count} for use in loss.uses],
            }
            for loss in found.losses
        ],
        "refused": refused,
        "revision": str(keyring.revision),
    }


def _role(role: Role) -> dict[str, Any]:
    return {"role": role.id, "name": role.name}


def _resource(resource: Resource) -> dict[str, str]:
    return {"product": resource.product, "key": resource.key}


def _resources(resources: frozenset[Resource]) -> list[dict[str, str]]:
    return [_resource(one) for one in sorted(resources)]
