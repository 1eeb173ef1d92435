"""What a program does with a client generated from the document. Run where the client's own requirements are."""

import json
import sys

from chaveiro_client import Client
from chaveiro_client.api.app_keys import issue_key
from chaveiro_client.api.check import check, simulate
from chaveiro_client.api.users import list_users
from chaveiro_client.models import (
    CheckAnswer,
    CheckByRoute,
    KeyIssued,
    NewKey,
    PageUserListed,
    SimulateRequest,
    Simulation,
)

asked = json.load(sys.stdin)
anybody = Client(base_url=asked["url"], raise_on_unexpected_status=True)
keeper = anybody.with_headers({"X-VTEX-API-AppKey": asked["appKey"], "X-VTEX-API-AppToken": asked["appToken"]})


def asked_whether(app_token: str) -> CheckAnswer:
    question = CheckByRoute(
        account="acme", app_key=asked["appKey"], app_token=app_token, method="GET", path="/api/oms/pvt/orders"
    )
    answer = check.sync(client=anybody, body=question)
    assert isinstance(answer, CheckAnswer), answer
    return answer


allowed, refused = asked_whether(asked["appToken"]), asked_whether(asked["appToken"][:-1])
supposed = simulate.sync(
    client=keeper, body=SimulateRequest(app_key=asked["other"], method="GET", path="/api/oms/pvt/orders")
)
assert isinstance(supposed, Simulation), supposed
users = list_users.sync(client=keeper)
assert isinstance(users, PageUserListed), users
issued = issue_key.sync(client=keeper, body=NewKey(label="Loja nova"))
assert isinstance(issued, KeyIssued), issued
stranger = list_users.sync_detailed(client=anybody)
json.dump(
    {
        "allowed": [allowed.decision.value, allowed.roles],
        "refused": [refused.decision.value, refused.cause and refused.cause.value],
        "commands": supposed.commands,
        "users": [one.email for one in users.items],
        "issued": [issued.label, issued.is_active, len(issued.app_token)],
        "stranger": [int(stranger.status_code), stranger.parsed and stranger.parsed.code.value],
    },
    sys.stdout,
)
