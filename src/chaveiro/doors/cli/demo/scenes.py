"""The scenes: what is sent, what must come back, what mends it. One that goes otherwise ends the tour."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from rich.text import Text

from chaveiro.core.cause import Cause
from chaveiro.core.command import FinishRenewal, GrantToKey, GrantToUser
from chaveiro.core.credential import ALPHABET, KEY_ID_BYTES, TOKEN_SECRET_BYTES, masked, mint_key, mint_token
from chaveiro.doors.cli.demo import texts
from chaveiro.doors.cli.demo.cast import ACCOUNT, ROLE_KEYS, ROLE_ORDERS, USER, Cast, Pair
from chaveiro.doors.cli.demo.commands import Done
from chaveiro.doors.cli.demo.show import BAD, GOOD, Show
from chaveiro.doors.cli.demo.stage import Reply, Stage
from chaveiro.doors.cli.desk import Desk
from chaveiro.doors.cli.explain import body, chain_shown, found
from chaveiro.doors.cli.reading import Cannot
from chaveiro.doors.cli.texts import NO_FURTHER
from chaveiro.doors.keeping.told import SURE, Told
from chaveiro.words.commands import command_line

PATH = "/api/oms/pvt/orders"
EXPLAINED_SECONDS_MAX = 5.0  # a denial is written aside, after its answer
IN_FORCE_SECONDS_MAX = 5.0  # the server follows what commands commit
SPACE_AT = 31
WRONG_AT = 40


class Unexpected(Exception):
    """Something came back that should not have."""

    def __init__(self, **facts: object) -> None:
        """Take the scene, what it was about, what was expected and what was found."""
        super().__init__("unexpected")
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Scene:
    """One way in which a pair fails, or works."""

    title: str
    story: str
    play: Callable[[Play], None]


class Play:
    """The tour as it runs: what is sent, shown, compared with what must come, and kept for programs."""

    def __init__(self, stage: Stage, cast: Cast, show: Show) -> None:
        self.stage = stage
        self.cast = cast
        self.show = show
        self.record: list[dict[str, object]] = []
        self._number = 0
        self._title = ""
        self._caller_read = ""  # the title of the newest denial

    def begin(self, number: int, scene: Scene) -> None:
        """Play one scene. Raises Unexpected."""
        roles = {"account": ACCOUNT, "label": self.cast.works.label}
        names = {"role": self.show.text(_ROLE_OF.get(scene.title, texts.ROLE_ORDERS))}
        self._number, self._title = number, self.show.text(scene.title)
        self.record.append({"scene": number, "title": self._title})
        self.show.scene(number, len(SCENES), self._title, self.show.text(scene.story, **roles, **names))
        scene.play(self)

    def expect(self, what: str, found: object, expected: object) -> None:
        """Compare. Raises Unexpected."""
        if found != expected:
            raise Unexpected(**self._facts(what, expected, found))

    def _facts(self, what: str, expected: object, found: object) -> dict[str, object]:
        return {"number": self._number, "title": self._title, "what": what, "expected": expected, "found": found}

    # -- requests

    def send(self, pair: Pair, *, note: str = "", key: str | None = None, token: str | None = None) -> Reply:
        """Send a request through the gateway and show it, masked."""
        app_key, app_token = key or pair.app_key, token or pair.token.reveal()
        self.show_request(f"GET {PATH}", app_key, app_token, note)
        return self.stage.get(PATH, app_key, app_token)

    def show_request(self, line: str, app_key: str, app_token: str, note: str) -> None:
        """Show what is sent."""
        headers = (("X-VTEX-API-AppKey", masked(app_key)), ("X-VTEX-API-AppToken", masked(app_token)))
        self.show.request(line, headers, note)

    def denied(self, reply: Reply, status: int, cause: Cause) -> None:
        """Show a denial and what the integrator reads in it."""
        self.expect("status", reply.status, status)
        self.told(reply.body, status, cause)

    def told(self, answer: Mapping[str, Any], status: int, cause: Cause) -> None:
        """Show what a denial's body says to whoever sent the request."""
        self.expect("cause", answer.get("cause"), cause.value)
        words = [str(answer.get(part) or "") for part in ("title", "detail", "remedy")]
        self._caller_read = words[0]
        self.expect("title, detail and remedy", all(words), expected=True)
        self.show.row(
            texts.GOT, Text(self.show.text(texts.DENIED, status=status, cause=cause.value), style=f"bold {BAD}")
        )
        self.show.row(texts.INTEGRATOR, _paragraph(*words))
        self.record[-1] |= {"status": status, "cause": cause.value}

    def allowed(self, reply: Reply, label: str = texts.AGAIN, note: str = "") -> None:
        """Show that the orders API answered."""
        self.expect("status", reply.status, 200)
        orders = reply.body.get("orders", ())
        said = self.show.text(texts.ALLOWED, status=200, count=len(orders))
        self.show.row(label, Text(f"{said} ({note})" if note else said, style=f"bold {GOOD}"))
        self.record[-1]["again"] = 200

    def again(self, pair: Pair, token: str | None = None, *, label: str = texts.AGAIN, note: str = "") -> None:
        """Send the same request until the remedy is in force, which takes the server a fraction of a second."""
        self.allowed(self.settled(pair, token or pair.token.reveal(), allowed=True), label, note)

    def settled(self, pair: Pair, token: str, *, allowed: bool) -> Reply:
        """The answer once the server follows what a command committed."""
        until = time.monotonic() + IN_FORCE_SECONDS_MAX
        while True:
            reply = self.stage.get(PATH, pair.app_key, token)
            if (reply.status == HTTPStatus.OK) is allowed or time.monotonic() > until:
                return reply
            time.sleep(0.1)

    # -- the keeper

    def keeper(self, denial: str, cause: Cause) -> dict[str, Any]:
        """Show what the keeper reads about a denial, by its id alone."""
        desk = Desk(self.stage.language, data=self.stage.data)
        told = self._explained(desk, denial)
        words = told.findings[0]
        self.expect("cause for the keeper", words.cause.value, cause.value)
        self.show.command(texts.KEEPER, f"chaveiro explain {told.denial.id}")
        self.show.row("", chain_shown(desk, told.links))
        if words.title != self._caller_read:
            self.show.row("", _paragraph(words.title, words.detail))
        if words.confidence:
            sure = desk.text(SURE[words.confidence])
            self.show.row("", f"{sure[:1].upper()}{sure[1:]}. {'' if told.findings[1:] else desk.text(NO_FURTHER)}")
        self.record[-1]["keeper"] = cause.value
        return body(desk, told)

    def _explained(self, desk: Desk, denial: str) -> Told:
        until = time.monotonic() + EXPLAINED_SECONDS_MAX
        while True:
            try:
                return found(desk, denial)
            except Cannot as not_yet:
                if time.monotonic() > until:
                    what = "the denial, as the keeper looks it up,"
                    raise Unexpected(**self._facts(what, "kept", not_yet.sentence)) from None
            time.sleep(0.1)

    def apply(self, explained: dict[str, Any]) -> None:
        """Run the first remedy that the keeper is offered, as it stands."""
        self.expect("remedies for the keeper", bool(explained["remedies"]), expected=True)
        commands = explained["remedies"][0]["commands"]
        for number, line in enumerate(commands):
            self.run(line, label="" if number else texts.REMEDY)
        self.record[-1]["remedy"] = commands

    def run(self, line: str, *, label: str = "", code: int = 0, said: str | None = None, typed: str = "") -> Done:
        """Run a command and show it with its answer."""
        done = self.stage.command(line, typed)
        self.expect(f"exit code of `{line}`", done.code, code)
        self.show.command(label, line)
        if answer := (done.said or done.complaint) if said is None else said:
            self.show.said(answer)
        return done


def _works(play: Play) -> None:
    reply = play.send(play.cast.works)
    play.allowed(reply, texts.GOT)
    caller = reply.body.get("caller", {})
    play.expect("the account that the API is told", caller.get("X-Chaveiro-Account"), ACCOUNT)
    play.show.row(texts.API_SEES, "\n".join(f"{name}: {value}" for name, value in caller.items()))


def _no_role(play: Play) -> None:
    reply = play.send(play.cast.unlinked, note=play.show.text(texts.AS_ISSUED))
    play.denied(reply, 403, Cause.NO_ROLE_LINKED)
    play.apply(play.keeper(reply.body["instance"], Cause.NO_ROLE_LINKED))
    play.again(play.cast.unlinked)


def _lacking(play: Play) -> None:
    reply = play.send(play.cast.lacking, note=play.show.text(texts.AS_ISSUED))
    play.denied(reply, 403, Cause.PERMISSION_MISSING_RESOURCE)
    play.apply(play.keeper(reply.body["instance"], Cause.PERMISSION_MISSING_RESOURCE))
    play.again(play.cast.lacking)


def _swapped(play: Play) -> None:
    pair = play.cast.works
    note = play.show.text(texts.IN_EACH_OTHERS_FIELD)
    reply = play.send(pair, key=pair.token.reveal(), token=pair.app_key, note=note)
    _spoilt(play, reply, Cause.FIELDS_SWAPPED)


def _space(play: Play) -> None:
    token = play.cast.works.token.reveal()
    note = play.show.text(texts.SPACE_INSIDE, position=SPACE_AT)
    reply = play.send(play.cast.works, token=f"{token[: SPACE_AT - 1]} {token[SPACE_AT - 1 :]}", note=note)
    _spoilt(play, reply, Cause.TOKEN_SPACE_INSIDE)


def _trailing(play: Play) -> None:
    pair = play.cast.works
    question = {"account": ACCOUNT, "appKey": pair.app_key, "method": "GET", "path": PATH}
    shown = f'POST /v1/check  {{… "appToken": "{masked(pair.token.reveal())} "}}'
    play.show.request(shown, (), play.show.text(texts.SPACE_AFTER))
    reply = play.stage.check({**question, "appToken": f"{pair.token.reveal()} "})
    play.expect("decision", reply.body.get("decision"), "deny")
    play.told(reply.body, reply.body["status"], Cause.TOKEN_OUTER_WHITESPACE)
    play.keeper(reply.body["denial"], Cause.TOKEN_OUTER_WHITESPACE)
    play.show.row(texts.REMEDY, play.show.text(texts.PUT_RIGHT))
    again = play.stage.check({**question, "appToken": pair.token.reveal()})
    play.expect("decision", again.body.get("decision"), "allow")
    play.again(pair)


def _case(play: Play) -> None:
    note = play.show.text(texts.UPPER_CASE)
    reply = play.send(play.cast.works, token=play.cast.works.token.reveal().upper(), note=note)
    _spoilt(play, reply, Cause.TOKEN_LETTER_CASE_CHANGED)


def _typo(play: Play) -> None:
    token = play.cast.works.token.reveal()
    before, right, after = token[: WRONG_AT - 1], token[WRONG_AT - 1], token[WRONG_AT:]
    wrong = ALPHABET[(ALPHABET.index(right) + 1) % len(ALPHABET)]
    note = play.show.text(texts.ONE_WRONG, position=WRONG_AT)
    reply = play.send(play.cast.works, token=f"{before}{wrong}{after}", note=note)
    play.expect("position", reply.body.get("position"), WRONG_AT)
    _spoilt(play, reply, Cause.TOKEN_ONE_CHARACTER_WRONG)


def _spoilt(play: Play, reply: Reply, cause: Cause) -> None:
    """A pair that was spoilt on its way: the integrator can mend it, the keeper sees that nothing else is wrong."""
    play.denied(reply, 401, cause)
    play.keeper(reply.body["instance"], cause)
    play.show.row(texts.REMEDY, play.show.text(texts.PUT_RIGHT))
    play.again(play.cast.works)


def _lost(play: Play) -> None:
    pair, text = play.cast.lost, play.show.text
    renewed = play.run(f"chaveiro key renew {ACCOUNT} {pair.app_key} --json", label=texts.RUN, said="")
    token = str(json.loads(renewed.said)["appToken"])
    play.show.said(f"appToken {masked(token)}")
    play.again(pair, label=texts.GOT, note=text(texts.OLD_TOKEN))
    play.again(pair, token, label=texts.GOT, note=text(texts.NEW_TOKEN))
    play.show.step(text(texts.LOST_FINISH))
    play.run(command_line(FinishRenewal(ACCOUNT, pair.app_key)), label=texts.RUN)
    play.show.step(text(texts.LOST_AFTER))
    reply = play.settled(pair, pair.token.reveal(), allowed=False)
    play.show_request(f"GET {PATH}", pair.app_key, pair.token.reveal(), text(texts.OLD_TOKEN))
    play.denied(reply, 401, Cause.CREDENTIALS_INVALID)
    explained = play.keeper(reply.body["instance"], Cause.TOKEN_ROTATED)
    play.expect("who renewed, as the keeper reads it", "ana@acme.example" in explained["detail"], expected=True)
    play.show.row(texts.REMEDY, text(texts.LOST_REMEDY))
    play.again(pair, token, note=text(texts.NEW_TOKEN))


def _registered(play: Play) -> None:
    app_key = mint_key(secrets.token_bytes(KEY_ID_BYTES))
    pair = Pair("", app_key, mint_token(app_key, secrets.token_bytes(TOKEN_SECRET_BYTES)))
    key, token, text = pair.app_key, pair.token.reveal(), play.show.text
    line = f"chaveiro user add {ACCOUNT} - --name -"
    play.run(line, label=texts.RUN, code=2, typed=f"{token}\n{key}\n")
    play.record[-1] |= {"status": 2, "cause": Cause.FIELDS_SWAPPED.value}
    play.show.row(texts.REMEDY, text(texts.REGISTERED_REMEDY))
    play.run(line, typed=f"{key}\n{token}\n", said="")
    play.run(command_line(GrantToKey(ACCOUNT, ROLE_ORDERS, key)))
    play.again(pair)


def _delegated(play: Play) -> None:
    label = play.show.text(texts.LABEL_BIA)
    asked = f'chaveiro key issue {ACCOUNT} --label "{label}" --as {USER}'
    refused = play.run(asked, label=texts.RUN, code=1)
    play.expect("the permission to ask for", "License Manager/EditApiKeys" in refused.complaint, expected=True)
    play.record[-1] |= {"status": refused.code, "cause": "not_delegated"}
    play.show.row(texts.REMEDY, play.show.text(texts.DELEGATED_REMEDY))
    name = play.show.text(texts.ROLE_KEYS)
    play.run(f'chaveiro role create {ACCOUNT} "{name}" --resource "License Manager/EditApiKeys"', said="")
    play.run(command_line(GrantToUser(ACCOUNT, ROLE_KEYS, USER)))
    play.run(asked, label=texts.AGAIN)
    play.record[-1]["again"] = 0


def _paragraph(*sentences: str) -> Text:
    """Sentences one after the other, the first one a title."""
    title, *rest = (one.strip() for one in sentences if one.strip())
    text = Text(title, style="bold")
    text.append("." if title[-1].isalnum() else "")
    for one in rest:
        text.append(f" {one}", style="not bold")
    return text


_ROLE_OF = {texts.LACKING: texts.ROLE_PRICES}

SCENES = (
    Scene(texts.WORKS, texts.WORKS_STORY, _works),
    Scene(texts.NO_ROLE, texts.NO_ROLE_STORY, _no_role),
    Scene(texts.LACKING, texts.LACKING_STORY, _lacking),
    Scene(texts.SWAPPED, texts.SWAPPED_STORY, _swapped),
    Scene(texts.SPACE, texts.SPACE_STORY, _space),
    Scene(texts.TRAILING, texts.TRAILING_STORY, _trailing),
    Scene(texts.CASE, texts.CASE_STORY, _case),
    Scene(texts.TYPO, texts.TYPO_STORY, _typo),
    Scene(texts.LOST, texts.LOST_STORY, _lost),
    Scene(texts.REGISTERED, texts.REGISTERED_STORY, _registered),
    Scene(texts.DELEGATED, texts.DELEGATED_STORY, _delegated),
)
