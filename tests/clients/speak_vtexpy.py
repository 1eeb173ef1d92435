"""Makes calls with vtexpy, a line of JSON each way, as an integration would. It runs in that client's environment."""

import json
import sys
from typing import Any

from vtex import VTEX, VTEXConfig, VTEXPaginatedItemsResponse

ENVIRONMENT = "vtexcommercestable"
USERS = "/api/license-manager/site/pvt/logins/list/paged"
LOGIN = "/api/vtexid/apptoken/login"


def listed(response: Any) -> dict[str, Any]:
    return {"items": response.items, "total": response.pagination.total}


def users(client: Any) -> Any:
    pages = {"numItems": 10, "pageNumber": 1}
    return client.custom.request(
        "GET", USERS, environment=ENVIRONMENT, params=pages, response_class=VTEXPaginatedItemsResponse
    )


def login(client: Any) -> Any:
    pair = {
        "appkey": client.config.app_key.get_secret_value(),
        "apptoken": client.config.app_token.get_secret_value(),
    }
    return client.custom.request("POST", LOGIN, environment=ENVIRONMENT, json=pair)


CALLS: dict[str, Any] = {
    "account": lambda client: client.license_manager.get_account().data,
    "own roles": lambda client: client.license_manager.get_user_roles().items,
    "roles of": lambda client, user: client.license_manager.get_user_roles(user).items,
    "roles": lambda client: listed(client.license_manager.list_roles()),
    "users": lambda client: listed(users(client)),
    "login": lambda client: login(client).data,
    "orders": lambda client: listed(client.orders.list_orders()),
}

for line in sys.stdin:
    asked = json.loads(line)
    config = VTEXConfig(account_name=asked["account"], app_key=asked["key"], app_token=asked["token"], retry_attempts=0)
    try:
        outcome = {"data": CALLS[asked["call"]](VTEX(config), *asked["given"])}
    except Exception as error:  # noqa: BLE001 - which one it is, is the question
        outcome = {
            "raised": f"{type(error).__module__}.{type(error).__qualname__}",
            "message": str(error),
            "status": getattr(error, "status_code", None),
            "body": getattr(error, "data", None),
        }
    sys.stdout.write(f"{json.dumps(outcome)}\n")
    sys.stdout.flush()
