"""Makes calls with vtex, a line of JSON each way, as an integration would. It runs in that client's environment."""

import json
import sys
from typing import Any

import requests
from vtex import Vtex

ENVIRONMENT = "vtexcommercestable"


def told(result: Any) -> dict[str, Any]:
    """This client raises nothing by itself: what it gives back is the body of a 200, and the status."""
    return {"json": result.json, "status": result.status_code}


def got(client: Any, path: str) -> dict[str, Any]:
    """It has no words for License Manager: its own way to fetch any address is what there is."""
    api = client.order_management
    return told(api.get_result(f"{api.base_url}{path}"))


CALLS: dict[str, Any] = {
    "alive": lambda client: got(client, "/healthz"),
    "orders": lambda client: told(client.order_management.get_list_orders()),
    "orders by page": lambda client: told(client.order_management.get_list_orders_by_page()),
    "account": lambda client: got(client, "/api/vlm/account"),
    "roles of": lambda client, user: got(client, f"/api/license-manager/users/{user}/roles"),
    "roles": lambda client: got(client, "/api/license-manager/site/pvt/roles/list/paged?numItems=10&pageNumber=1"),
    "users": lambda client: got(client, "/api/license-manager/site/pvt/logins/list/paged?numItems=10&pageNumber=1"),
}


def body(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text


def raising(response: requests.Response, **_: Any) -> None:
    response.raise_for_status()


for line in sys.stdin:
    asked = json.loads(line)
    call, _, manner = asked["call"].partition(", ")
    try:
        with requests.Session() as session:
            if manner == "raising":  # whoever brings a session of requests sets it up
                session.hooks["response"].append(raising)
            client = Vtex(asked["account"], ENVIRONMENT, asked["key"], asked["token"], session=session)
            outcome = {"data": CALLS[call](client, *asked["given"])}
    except Exception as error:  # noqa: BLE001 - which one it is, is the question
        response = getattr(error, "response", None)
        outcome = {
            "raised": f"{type(error).__module__}.{type(error).__qualname__}",
            "message": str(error),
            "status": None if response is None else response.status_code,
            "body": None if response is None else body(response),
        }
    sys.stdout.write(f"{json.dumps(outcome)}\n")
    sys.stdout.flush()
