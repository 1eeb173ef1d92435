"""What a decision should be, written a second time from the rules alone, in at most 80 lines, sharing no code.

A world and an attempt are plain dictionaries of plain values; a token is compared as the text it is. The real one
is compared with this one, hundreds of thousands of times, in `test_differential.py`.
"""

import ipaddress
from typing import Any


def judge(world: dict[str, Any], attempt: dict[str, Any]) -> str | list[int]:
    """Give the cause of the denial, or the list of roles by which the attempt is allowed."""
    keys, tokens = attempt["keys"], attempt["tokens"]
    if any(len(value) > 1024 for value in keys[:1] + tokens[:1]):
        return "value_oversized"
    if attempt["query"]:
        return "credentials_in_query"
    if ("key" in attempt["elsewhere"] and not keys) or ("token" in attempt["elsewhere"] and not tokens):
        return "wrong_header_name"
    problems = {
        "credentials_missing": not keys and not tokens,
        "key_missing": not keys,
        "token_missing": not tokens,
        "key_duplicated": len(keys) > 1,
        "token_duplicated": len(tokens) > 1,
        "key_empty": keys[:1] == [""],
        "token_empty": tokens[:1] == [""],
    }
    for problem, present in problems.items():
        if present:
            return problem
    record = world["keys"].get(keys[0])
    if record is None or tokens[0] not in record["tokens"]:
        return "credentials_invalid"
    return after_proof(world, record, attempt)


def after_proof(world: dict[str, Any], record: dict[str, Any], attempt: dict[str, Any]) -> str | list[int]:
    """The pair has matched: judge the account, the key, the place, the roles."""
    now = attempt["at"]
    if world["suspended"]:
        return "account_suspended"
    for state in ("blocked", "inactive"):
        if record[state]:
            return f"key_{state}"
    if record["expires"] is not None and record["expires"] <= now:
        return "key_expired"
    if record["from"] is not None and record["from"] > now:
        return "key_not_yet_valid"
    if world["https_only"] and attempt["transport"] == "http":
        return "insecure_transport"
    if record["networks"] and not inside(attempt["address"], record["networks"]):
        return "ip_not_allowed"
    living = [
        role
        for account, role, until in record["grants"]
        if account == world["name"] and not world["roles"].get(role, {"deleted": True})["deleted"]
        if until is None or until > now
    ]
    if not living:
        return "no_role_linked"
    kind, *rest = attempt["wanted"]
    if kind not in {"need", "any_role"}:
        return str(kind)
    match, needed = rest or ("all", [])
    have = [tuple(resource) for role in living for resource in world["roles"][role]["resources"]]
    found = [resource in have for resource in needed]
    enough = any(found) if match == "any" else all(found)
    return living if enough else "permission_missing_resource"


def inside(address: str, networks: list[str]) -> bool:
    """An address in no network, or none at all, is outside."""
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in networks)
    except ValueError:
        return False
