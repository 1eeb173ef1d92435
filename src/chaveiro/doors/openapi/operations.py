"""What the plain doors answer, operation by operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from chaveiro.core.cause import Cause
from chaveiro.doors import check, gateways, health, leaks, simulate
from chaveiro.doors.authzen.discovery import CONFIGURATION, EVALUATION, EVALUATIONS
from chaveiro.doors.causes import pages
from chaveiro.doors.doctor import page as doctor
from chaveiro.doors.metrics import METRICS
from chaveiro.doors.openapi import authzen, examples
from chaveiro.doors.openapi.responses import CARRIED, answer, bodiless, denials, json_answer, problems, to_gateway
from chaveiro.doors.openapi.shapes import REVISION, ref
from chaveiro.doors.place import ACCOUNT_PARAMETER
from chaveiro.wire.answer import IDENTITY, JSON, STANDING
from chaveiro.wire.read import APP_KEY, APP_TOKEN, AT_LEAST, USER_TOKEN
from chaveiro.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaveiro.doors.openapi.shapes import Schema

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
HTML: Final = "text/html; charset=utf-8"

ASKING, GATEWAYS, READING, RUNNING = "Check", "Gateways", "Reading", "Running"
TAGS: Final = {
    ASKING: "A program asks about a pair.",
    GATEWAYS: "A gateway asks about each request it received. Its headers are believed only from named proxies.",
    READING: "What causes mean, and what is wrong with a pair.",
    RUNNING: "For whoever runs it.",
}

PAIR: Final[Schema] = {"appKey": [], "appToken": []}
EITHER: Final = [PAIR, {"userToken": []}, {"userTokenCookie": []}]


def security_schemes() -> dict[str, Schema]:
    """How a caller proves who it is: a pair in two headers, or a user token in one of three places."""
    return {
        "appKey": {"type": "apiKey", "in": "header", "name": APP_KEY, "description": "The pair's public half."},
        "appToken": {"type": "apiKey", "in": "header", "name": APP_TOKEN, "description": "The pair's secret half."},
        "userToken": {"type": "apiKey", "in": "header", "name": USER_TOKEN, "description": "A user token."},
        "userTokenCookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": USER_TOKEN,
            "description": "The same, as cookie.",
        },
        "userTokenBearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The same, where apps of VTEX send it; they leave out `Bearer`.",
        },
    }


def parameters() -> dict[str, Schema]:
    """The parameters that several operations share."""
    return {
        "AcceptLanguage": _header("Accept-Language", "The language of the words: Portuguese, Spanish or English."),
        "Account": {
            "name": ACCOUNT_PARAMETER,
            "in": "query",
            "description": "The account, where neither the host nor the only account there is says it.",
            "schema": {"type": "string"},
            "example": examples.ACCOUNT,
        },
        "AtLeast": _header(
            AT_LEAST,
            "A revision, as an answer told it: nothing is decided by what was before. Where it is not known here "
            "within half a second, nobody can tell.",
            schema={"type": "string", "pattern": REVISION},
        ),
        "Language": {
            "name": "lang",
            "in": "query",
            "description": f"The language, chosen by hand: {', '.join(Language)}. Others are passed over.",
            "schema": {"type": "string"},
            "example": Language.PT,
        },
    }


def paths() -> dict[str, Schema]:
    """Every plain door."""
    return {
        check.PATH: {"post": _check()},
        simulate.PATH: {"post": _simulate()},
        **_authzen(),
        leaks.PATH: {"post": _leaks()},
        **_gateways(),
        **_causes(),
        **_doctor(),
        health.HEALTHZ: page(RUNNING, "readHealth", "Does the process answer?", json_answer("It does.", ref("Health"))),
        health.READYZ: _readyz(),
        METRICS: page(
            RUNNING,
            "readMetrics",
            "What it counts, as Prometheus reads it.",
            answer("The figures.", {CONTENT_TYPE_PLAIN_0_0_4: {"schema": {"type": "string"}}}),
        ),
    }


def operation(tag: str, name: str, summary: str, responses: Mapping[str, Schema], **more: object) -> Schema:
    """One operation. Nobody has to prove anything, unless it says so."""
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "responses": dict(responses),
        "security": [],
        **more,
    }


def _check() -> Schema:
    body = json_answer(
        "The answer, whatever it says.", ref("CheckAnswer"), told=STANDING, examples=examples.check_answers()
    )
    return operation(
        ASKING,
        "check",
        "May this pair do that?",
        {"200": body} | problems(413, 422),
        parameters=[ref("AcceptLanguage", "parameters")],
        requestBody=_body(ref("Check"), examples.check_questions()),
    )


def _simulate() -> Schema:
    body = json_answer(
        "What would be.", ref("Supposed"), told=["Content-Language"], examples=examples.simulate_answers()
    )
    return operation(
        ASKING,
        "simulate",
        "What would let a key do that, and what would an edit take away?",
        {"200": body} | denials() | problems(404, 413, 422),
        description="Nothing is changed. Whoever asks may view or edit the account's keys.",
        parameters=[ref("Account", "parameters"), ref("AcceptLanguage", "parameters")],
        requestBody=_body(ref("Simulate"), examples.simulate_questions()),
        security=EITHER,
    )


def _authzen() -> dict[str, Schema]:
    """The standard door. A subject that shows its pair needs nothing besides; to name one, a client shows its own."""
    told = (*STANDING, "Content-Language")
    spoken = [ref("Account", "parameters"), ref("AtLeast", "parameters"), ref("AcceptLanguage", "parameters")]

    def asks(name: str, summary: str, question: Schema, answered: Schema) -> Schema:
        return operation(
            ASKING,
            name,
            summary,
            {"200": answered} | denials() | problems(413),
            description="AuthZEN, Authorization API 1.0. Whoever names a subject may view the account's keys or users.",
            parameters=spoken,
            requestBody=question,
            security=[{}, *EITHER],
        )

    one = json_answer("Yes, or no.", ref("AuthZenDecision"), told=told, examples=authzen.evaluate_answers())
    each = json_answer("Yes or no, each.", ref("AuthZenDecisions"), told=told, examples=authzen.evaluate_all_answers())
    place = json_answer("The addresses.", ref("AuthZenConfiguration"))
    question = _body(ref("AuthZenEvaluation"), authzen.evaluate_questions())
    questions = _body(ref("AuthZenEvaluations"), authzen.evaluate_all_questions())
    return {
        EVALUATION: {"post": asks("evaluate", "May this subject do this?", question, one)},
        EVALUATIONS: {"post": asks("evaluateAll", "May these subjects do these things?", questions, each)},
        CONFIGURATION: page(ASKING, "readAuthZenConfiguration", "Where the standard door is.", place, problems(404)),
    }


def _leaks() -> Schema:
    body = json_answer(
        "Which of them are, or were, tokens of this installation.", ref("LeakVerdicts"), example=examples.leak_answer()
    )
    return operation(
        ASKING,
        "reportLeaks",
        "These tokens lie in the open.",
        {"200": body} | problems(403, 404, 413, 422, 429),
        description="In the form of GitHub's secret scanning partner program. Keys whose tokens work are blocked.",
        parameters=[
            _header(leaks.IDENTIFIER, "Which key signed.", required=True, example=examples.LEAK_IDENTIFIER),
            _header(
                leaks.SIGNATURE,
                "ECDSA on P-256 with SHA-256 over the body as it is sent: DER in base64.",
                required=True,
                example=examples.LEAK_SIGNATURE,
            ),
        ],
        requestBody={
            "required": True,
            "content": {JSON.decode(): {"schema": ref("LeakReport"), "example": examples.LEAK_REPORT}},
        },
    )


def _body(schema: Schema, given: Mapping[str, Any]) -> Schema:
    return {"required": True, "content": {JSON.decode(): {"schema": schema, "examples": given}}}


# ----------------------------------------------------------------------------------------------------------- gateways


def _gateways() -> dict[str, Schema]:
    """A gateway may ask by any method; what was asked of it stands in its headers, or in Envoy's own request."""
    nginx = {
        "X-Original-Method": ("The method that nginx received.", "GET"),
        "X-Original-URI": ("Path and query that nginx received.", examples.TARGET),
        "X-Original-Host": ("The host that nginx received.", examples.HOST),
        "X-Original-Address": ("The caller's address.", None),
        "X-Original-Scheme": ("The caller's scheme.", None),
    }
    forwarded = {
        "X-Forwarded-Method": ("The method that the gateway received.", "GET"),
        "X-Forwarded-Uri": ("Path and query that the gateway received.", examples.TARGET),
        "X-Forwarded-Host": ("The host that the gateway received.", examples.HOST),
        "X-Forwarded-Proto": ("The caller's scheme.", "https"),
        "X-Forwarded-For": ("The caller's address, and those of the proxies between.", None),
    }
    envoy = {
        "X-Forwarded-Proto": ("The caller's scheme.", None),
        "X-Forwarded-For": ("The caller's address, and those of the proxies between.", None),
    }
    path = {
        "name": "path",
        "in": "path",
        "required": True,
        "description": "The path that Envoy received, slashes and all, with its query.",
        "schema": {"type": "string"},
        "example": examples.TARGET.removeprefix("/"),
    }
    return {
        gateways.AUTH_REQUEST: _any_method("authRequest", "nginx asks (`auth_request`).", _said(nginx), form=CARRIED),
        gateways.FORWARD_AUTH: _any_method("forwardAuth", "Caddy or Traefik asks.", _said(forwarded)),
        f"{gateways.ENVOY}/{{path}}": _any_method("envoy", "Envoy asks (`ext_authz`).", [path, *_said(envoy)]),
    }


def _said(headers: Mapping[str, tuple[str, str | None]]) -> list[Schema]:
    """Headers of a gateway; those with an example have to be there."""
    return [
        _header(name, why, required=example is not None, **({} if example is None else {"example": example}))
        for name, (why, example) in headers.items()
    ]


def _any_method(name: str, summary: str, said: list[Schema], *, form: str = "") -> Schema:
    allow = answer("The request may go on. The body is empty.", told=[*IDENTITY, *STANDING, "Cache-Control"])
    answers = {"200": allow} | to_gateway(form)
    return {
        method: operation(
            GATEWAYS,
            f"{name}{method.title()}",
            summary,
            bodiless_all(answers) if method == "head" else answers,
            parameters=[*said, ref("AtLeast", "parameters"), ref("AcceptLanguage", "parameters")],
            security=EITHER,
        )
        for method in METHODS
    }


# -------------------------------------------------------------------------------------------------------------- pages


def _causes() -> dict[str, Schema]:
    described = ["Content-Language"]
    cause = {
        "name": "cause",
        "in": "path",
        "required": True,
        "description": "The cause.",
        "schema": {"type": "string", "enum": [*Cause]},
        "example": Cause.KEY_MISSING,
    }
    spoken = [ref("Language", "parameters"), ref("AcceptLanguage", "parameters")]
    unknown = answer(
        "There is no such cause.",
        {HTML: {"schema": {"type": "string"}}, JSON.decode(): {"schema": ref("NotThere")}},
        told=described,
    )
    return {
        pages.INDEX: page(
            READING,
            "listCauses",
            "Every cause: for people, or with `Accept: application/json` for programs.",
            answer("The causes.", _either("CauseList"), told=described),
            parameters=spoken,
        ),
        f"{pages.INDEX}/{{cause}}": page(
            READING,
            "readCause",
            "What a cause means: where the `type` of every problem leads.",
            answer("The cause.", _either("CausePage"), told=described),
            {"404": unknown},
            parameters=[cause, *spoken],
        ),
        pages.STYLE: _file("readCauseStyle", "text/css; charset=utf-8"),
        pages.ICON: _file("readIcon", "image/svg+xml"),
    }


def _either(schema: str) -> dict[str, Schema]:
    return {HTML: {"schema": {"type": "string"}}, JSON.decode(): {"schema": ref(schema)}}


def _file(name: str, content_type: str) -> Schema:
    response = answer("The file.", {content_type: {"schema": {"type": "string"}}})
    return page(READING, name, "A file of these pages.", response)


def _doctor() -> dict[str, Schema]:
    html = answer("The page.", {HTML: {"schema": {"type": "string"}}}, told=["Content-Language"])
    spoken = [ref("Language", "parameters"), ref("AcceptLanguage", "parameters")]
    return {
        doctor.PATH: page(
            READING, "readDoctor", "What is wrong with a pair, told in the browser alone.", html, parameters=spoken
        ),
        doctor.OFFLINE: page(
            READING, "readDoctorOffline", "The same in one file, to be kept.", html, parameters=spoken
        ),
        **{
            f"{doctor.PATH}/{name}": _file(f"readDoctor{name.title().replace('.', '')}", content_type)
            for name, content_type in doctor.TYPES.items()
        },
        f"{doctor.PATH}/{doctor.WORDS}": page(
            READING,
            "readDoctorWords",
            "What these pages tell, in every language.",
            answer("The words.", {JSON.decode(): {"schema": {"type": "object"}}}),
        ),
    }


def _readyz() -> Schema:
    stale = json_answer("Cut off from the database for too long.", ref("Readiness"))
    fresh = json_answer("They are.", ref("Readiness"))
    return page(RUNNING, "readReadiness", "Are checks decided here?", fresh, {"503": stale})


def page(
    tag: str, name: str, summary: str, response: Schema, more: Mapping[str, Schema] | None = None, **described: object
) -> Schema:
    """What is read with GET, and asked about with HEAD."""
    responses = {"200": response} | problems() | dict(more or {})
    return {
        "get": operation(tag, name, summary, responses, **described),
        "head": operation(tag, f"{name}Head", summary, bodiless_all(responses), **described),
    }


def bodiless_all(responses: Mapping[str, Schema]) -> dict[str, Schema]:
    """What HEAD is answered with."""
    return {status: bodiless(response) for status, response in responses.items()}


def _header(name: str, description: str, **more: object) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}, **more}
