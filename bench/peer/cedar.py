"""cedarpy: may a key do this? One policy over sets, policies and entities parsed once. No token is verified."""

from __future__ import annotations

import json

from bench.peer.asked import KEYS, RULES, serve
from cedarpy import Decision, Entities, PolicySet, is_authorized

POLICY = "permit(principal, action, resource) when { principal.resources.contains(context.wanted) };"


def main() -> None:
    """Answer for as many keys as everybody, each with a role's resources."""
    held = [f"R{number}" for number in range(RULES)]
    keys = [
        {"uid": {"type": "Key", "id": f"k{number}"}, "attrs": {"resources": held}, "parents": []}
        for number in range(KEYS)
    ]
    policies, entities = PolicySet.from_str(POLICY), Entities.from_json_str(json.dumps(keys))

    def decision(number: int, wanted: str) -> Decision:
        asked = {
            "principal": f'Key::"k{number}"',
            "action": 'Action::"call"',
            "resource": 'Api::"oms"',
            "context": {"wanted": wanted},
        }
        return is_authorized(asked, policies, entities).decision

    assert decision(0, "R999") is not Decision.Allow
    wanted = held[RULES // 2]
    serve(lambda number: decision(number, wanted) is Decision.Allow)


if __name__ == "__main__":
    main()
