"""What to write where the value is kept or sent: code for the causes that code repairs. Code is not translated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chaveiro.core.attempt import Field
from chaveiro.core.cause import Cause
from chaveiro.core.command import (
    ActivateKey,
    EditRole,
    FinishRenewal,
    GrantToKey,
    IssueKey,
    RenewKey,
    ResumeAccount,
)
from chaveiro.core.names import AccountName, KeyId, Moment, Resource, RoleId
from chaveiro.doors.causes.samples import APP_KEY, LIST_ORDERS, PATH
from chaveiro.words.commands import command_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.core.command import Command


COLUMN_LENGTH_MAX = 44


@dataclass(frozen=True, slots=True)
class Example:
    """What to write in one tool, and instead of what."""

    tool: str
    write: str
    instead: str = ""

    @property
    def wide(self) -> bool:
        """Whether the two do not fit beside each other."""
        return max(map(len, (*self.write.splitlines(), *self.instead.splitlines()))) > COLUMN_LENGTH_MAX


_HOST = "https://acme.example"
_CURL = 'curl "$URL" \\\n  -H "X-VTEX-API-AppKey: $APP_KEY" \\\n  -H "X-VTEX-API-AppToken: $APP_TOKEN"'
_REQUEST = (
    Example("curl", _CURL),
    Example(
        "Python",
        'headers = {\n  "X-VTEX-API-AppKey": app_key,\n  "X-VTEX-API-AppToken": app_token,\n}\n'
        "httpx.get(url, headers=headers)",
    ),
    Example(
        "Node",
        'const headers = {\n  "X-VTEX-API-AppKey": appKey,\n  "X-VTEX-API-AppToken": appToken,\n};\n'
        "await fetch(url, { headers });",
    ),
)
_LOGIN = (
    Example(
        "curl",
        'TOKEN="$(curl "https://acme.example/api/vtexid/apptoken/login?an=acme" \\\n  --json '
        '"{\\"appkey\\":\\"$APP_KEY\\",\\"apptoken\\":\\"$APP_TOKEN\\"}" | jq -r .token)"\n'
        'curl "$URL" -H "VtexIdclientAutCookie: $TOKEN"',
    ),
)
_RETRY = (
    Example(
        "Python",
        'pause = int(response.headers.get("Retry-After", "1"))\n'
        "for attempt in range(5):\n"
        "    time.sleep(pause * 2**attempt)\n"
        "    ...",
        "while True:\n    response = call()",
    ),
)

_ACME = AccountName("acme")
_PEDIDOS = RoleId(3)
_PLACES = frozenset({LIST_ORDERS})


def _line(*commands: Command) -> Example:
    return Example("chaveiro", "\n".join(command_line(command) for command in commands))


_GRANT = GrantToKey(_ACME, _PEDIDOS, APP_KEY)
_ISSUE = IssueKey(_ACME, APP_KEY, KeyId(""), b"", "Pedidos ERP")
_RENEWAL = (RenewKey(_ACME, APP_KEY, b""), FinishRenewal(_ACME, APP_KEY))
_ROUTE = Example(
    "catalogue.toml",
    f'[[route]]\nmethod = "GET"\npath = "{PATH}"\nany_of = ["{LIST_ORDERS}"]',
)

# HEADER, VARIABLE, FIELD and VALUE stand for those of the value that the cause is about.
_TWINS: Mapping[Cause, tuple[Example, ...]] = {
    Cause.KEY_MISSING: _REQUEST,
    Cause.KEY_DUPLICATED: (
        Example("Java", 'request.setHeader("HEADER", value);', 'request.addHeader("HEADER", value);'),
        Example(
            "Envoy",
            "append_action: OVERWRITE_IF_EXISTS_OR_ADD",
            "append_action: APPEND_IF_EXISTS_OR_ADD",
        ),
    ),
    Cause.KEY_EMPTY: (
        Example("Docker", "docker run --env VARIABLE orders", "docker run orders"),
        Example("Python", 'os.environ["VARIABLE"]  # KeyError', 'os.environ.get("VARIABLE", "")'),
        Example("sh", 'curl -H "HEADER: ${VARIABLE:?}" …', 'curl -H "HEADER: $VARIABLE" …'),
    ),
    Cause.KEY_PLACEHOLDER_VALUE: (
        Example("sh", 'curl -H "HEADER: $VARIABLE" …', "curl -H 'HEADER: $VARIABLE' …"),
        Example("Python", 'headers = {"HEADER": f"{value}"}', 'headers = {"HEADER": "{value}"}'),
        Example("Node", "`${process.env.VARIABLE}`", '"${process.env.VARIABLE}"'),
    ),
    Cause.KEY_OUTER_WHITESPACE: (
        Example("sh", "printf '%s' \"$VARIABLE\" > value.txt", 'echo "$VARIABLE" > value.txt'),
        Example("Python", 'Path("value.txt").read_text().strip()', 'Path("value.txt").read_text()'),
        Example(
            "Kubernetes",
            'kubectl create secret generic orders \\\n  --from-literal=VARIABLE="$VARIABLE"',
            "kubectl create secret generic orders \\\n  --from-file=VARIABLE=value.txt",
        ),
    ),
    Cause.KEY_LINE_BREAK_INSIDE: (
        Example("YAML", "VARIABLE: VALUE…", "VARIABLE: |\n  VALUE…\n  …"),
        Example("sh", "openssl base64 -A", "openssl base64"),
    ),
    Cause.KEY_INVISIBLE_CHARACTERS: (
        Example(
            "Python",
            'Path(".env").read_text(encoding="utf-8-sig")',
            'Path(".env").read_text(encoding="utf-8")',
        ),
    ),
    Cause.KEY_SURROUNDING_QUOTES: (
        Example("Docker: --env-file", "VARIABLE=VALUE…", 'VARIABLE="VALUE…"'),
        Example("Windows", "set VARIABLE=VALUE…", 'set VARIABLE="VALUE…"'),
        Example("jq", "jq -r .FIELD pair.json", "jq .FIELD pair.json"),
    ),
    Cause.KEY_SCHEME_PREFIX: (Example("curl", '-H "HEADER: $VARIABLE"', '-H "HEADER: Bearer $VARIABLE"'),),
    Cause.KEY_LABEL_PREFIX: (Example(".env", "VARIABLE=VALUE…", "VARIABLE=HEADER: VALUE…"),),
    Cause.KEY_TRAILING_PUNCTUATION: (Example(".env", "VARIABLE=VALUE…", "VARIABLE=VALUE…;"),),
    Cause.KEY_EXTRA_TEXT: (
        Example("jq", 'VARIABLE="$(jq -r .FIELD pair.json)"', 'VARIABLE="$(cat pair.json)"'),
        Example("Python", 'json.loads(text)["FIELD"]', "text"),
    ),
    Cause.KEY_PERCENT_ENCODED: (
        Example("Python", 'headers = {"HEADER": value}', 'headers = {"HEADER": quote(value)}'),
        Example("Node", 'headers: { "HEADER": value }', 'headers: { "HEADER": encodeURIComponent(value) }'),
    ),
    Cause.KEY_ESCAPE_SEQUENCES: (
        Example("Python", 'json.loads(text)["FIELD"]', "text.split('\"')[3]"),
        Example("jq", "jq -r .FIELD pair.json", "grep FIELD pair.json | cut -d '\"' -f 4"),
    ),
    Cause.KEY_HTML_ENTITIES: (Example("Python", "html.unescape(value)", "value"),),
    Cause.KEY_BASE64_ENCODED: (
        Example(
            "Kubernetes",
            "kind: Secret\nstringData:\n  VARIABLE: VALUE…",
            "kind: Secret\nstringData:\n  VARIABLE: Y3Z…",
        ),
        Example("sh", 'VARIABLE="$(base64 -d value.b64)"', 'VARIABLE="$(cat value.b64)"'),
    ),
    Cause.KEY_LETTER_CASE_CHANGED: (
        Example("Python", 'headers = {"HEADER": value}', 'headers = {"HEADER": value.upper()}'),
        Example("SQL", "SELECT VARIABLE FROM credentials", "SELECT lower(VARIABLE) FROM credentials"),
    ),
    Cause.KEY_TRUNCATED: (Example("SQL", "VARIABLE varchar(128)", "VARIABLE varchar(64)"),),
    Cause.KEY_UNRECOGNISED: _REQUEST,
}

_OTHERS: Mapping[Cause, tuple[Example, ...]] = {
    Cause.CREDENTIALS_MISSING: _REQUEST,
    Cause.CREDENTIALS_IN_QUERY: (
        replace(_REQUEST[0], instead='curl "$URL?appKey=$APP_KEY&appToken=$APP_TOKEN"'),
        *_REQUEST[1:],
    ),
    Cause.WRONG_HEADER_NAME: (
        Example("curl", '-H "X-VTEX-API-AppKey: $APP_KEY"', '-H "X_VTEX_API_AppKey: $APP_KEY"'),
        Example("Python", '"X-VTEX-API-AppToken": os.environ["APP_TOKEN"]', '"appToken": os.environ["APP_TOKEN"]'),
        Example(
            "nginx",
            "proxy_set_header X-VTEX-API-AppKey $http_x_vtex_api_appkey;",
            "proxy_set_header X_VTEX_API_AppKey $http_x_vtex_api_appkey;",
        ),
    ),
    Cause.FIELDS_SWAPPED: (
        replace(
            _REQUEST[0],
            instead='curl "$URL" \\\n  -H "X-VTEX-API-AppKey: $APP_TOKEN" \\\n  -H "X-VTEX-API-AppToken: $APP_KEY"',
        ),
        *_REQUEST[1:],
    ),
    Cause.TOKEN_IN_BOTH_FIELDS: _REQUEST,
    Cause.KEY_IN_BOTH_FIELDS: _REQUEST,
    Cause.TOKEN_IN_KEY_FIELD: _REQUEST,
    Cause.KEY_IN_TOKEN_FIELD: _REQUEST,
    Cause.KEY_AND_TOKEN_JOINED: (
        replace(_REQUEST[0], instead='curl "$URL" \\\n  -H "X-VTEX-API-AppKey: $APP_KEY:$APP_TOKEN"'),
        *_REQUEST[1:],
    ),
    Cause.PAIR_MISMATCH: (
        Example(
            ".env",
            "ORDERS_APP_KEY=cvk_…\nORDERS_APP_TOKEN=cvt_…\nPRICES_APP_KEY=cvk_…\nPRICES_APP_TOKEN=cvt_…",
            "APP_KEY=cvk_…\nAPP_TOKEN=cvt_…\nAPP_KEY_2=cvk_…",
        ),
    ),
    Cause.CREDENTIALS_INVALID: (Example("chaveiro", "chaveiro explain 01KJTEK43RZ8Q0X2V6M4W9N7BD"),),
    Cause.USER_TOKEN_INVALID: _LOGIN,
    Cause.USER_TOKEN_EXPIRED: _LOGIN,
    Cause.USER_TOKEN_ENDED: _LOGIN,
    Cause.KEY_DELETED: (_line(_ISSUE, _GRANT),),
    Cause.KEY_UNKNOWN: (_line(_ISSUE, _GRANT),),
    Cause.KEY_RECORD_DAMAGED: (_line(_ISSUE, _GRANT),),
    Cause.TOKEN_ROTATED: (_line(*_RENEWAL),),
    Cause.TOKEN_NEVER_ISSUED: (_line(*_RENEWAL),),
    Cause.TOKEN_UNVERIFIABLE: (_line(*_RENEWAL),),
    Cause.ACCOUNT_SUSPENDED: (_line(ResumeAccount(_ACME)),),
    Cause.KEY_BLOCKED: (_line(*_RENEWAL, ActivateKey(_ACME, APP_KEY)),),
    Cause.KEY_INACTIVE: (_line(ActivateKey(_ACME, APP_KEY)),),
    Cause.KEY_EXPIRED: (_line(_ISSUE, _GRANT),),
    Cause.INSECURE_TRANSPORT: (Example("curl", f"curl {_HOST}{PATH}", f"curl {_HOST.replace('https', 'http')}{PATH}"),),
    Cause.IP_NOT_ALLOWED: (Example("nginx", "proxy_set_header X-Forwarded-For $remote_addr;"),),
    Cause.RATE_LIMITED: _RETRY,
    Cause.NO_ROLE_LINKED: (_line(_GRANT),),
    Cause.ROLE_DELETED: (_line(_GRANT),),
    Cause.ROLE_LINK_EXPIRED: (_line(replace(_GRANT, until=Moment(1798761599.0))),),
    Cause.ROLE_OF_ANOTHER_ACCOUNT: (_line(_GRANT),),
    Cause.ROLE_EMPTY: (_line(EditRole(_ACME, _PEDIDOS, add=_PLACES)),),
    Cause.PATH_AMBIGUOUS: (Example("curl", f"curl {_HOST}{PATH}", f"curl {_HOST}{PATH.replace('/oms', '//oms')}"),),
    Cause.ROUTE_NOT_MAPPED: (_ROUTE, Example("chaveiro", "chaveiro catalogue import acme catalogue.toml")),
    Cause.METHOD_NOT_MAPPED: (_ROUTE, Example("chaveiro", "chaveiro catalogue import acme catalogue.toml")),
    Cause.PERMISSION_NAME_MISMATCH: (
        _line(EditRole(_ACME, _PEDIDOS, add=_PLACES, remove=frozenset({Resource("OMS", "Listorders")}))),
    ),
    Cause.PERMISSION_MISSING_RESOURCE: (_line(_GRANT), _line(EditRole(_ACME, _PEDIDOS, add=_PLACES))),
    Cause.AUTHORIZATION_UNAVAILABLE: _RETRY,
}

_NAMES = {
    Field.KEY: {"HEADER": "X-VTEX-API-AppKey", "VARIABLE": "APP_KEY", "FIELD": "appKey", "VALUE": "cvk_"},
    Field.TOKEN: {"HEADER": "X-VTEX-API-AppToken", "VARIABLE": "APP_TOKEN", "FIELD": "appToken", "VALUE": "cvt_"},
}


def examples(cause: Cause) -> tuple[Example, ...]:
    """What to write for a cause that code can repair; nothing for others."""
    if cause in _OTHERS or cause.field is None:
        return _OTHERS.get(cause, ())
    names = _NAMES[cause.field]
    return tuple(
        replace(one, write=_named(one.write, names), instead=_named(one.instead, names))
        for one in _TWINS.get(cause.of(Field.KEY), ())
    )


def _named(code: str, names: Mapping[str, str]) -> str:
    for placeholder, name in names.items():
        code = code.replace(placeholder, name)
    return code
