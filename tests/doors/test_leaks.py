"""`POST /v1/leaks`: whose reports are believed, and what follows from them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.doors.world import ACME, GLOBEX, LIST, World, done, furnish, listening

from chaveiro.core.attempt import Need, Request, presented
from chaveiro.core.command import ActivateKey, FinishRenewal, ImportKey
from chaveiro.core.event import CommandRefused, KeyBlocked, LeakNoted
from chaveiro.core.foreign import Algorithm, Kind
from chaveiro.core.keyring import Actor, ActorKind, Key
from chaveiro.core.names import AccountName, AppKey, Email, KeyId
from chaveiro.doors.leaks import KEYS_MAX, REPORTS_MAX, Leaks, Reporters, ReportersMalformed, read_reporters
from chaveiro.doors.place import Place
from chaveiro.node import Issued
from chaveiro.serve.refusal import CannotStart
from chaveiro.serve.reporters import reporters
from chaveiro.stores.port import StoreUnavailable
from chaveiro.wire.leaks import PLACE_LENGTH_MAX, TOKENS_MAX, place_of
from chaveiro.wire.message import Message

ANA = Actor(ActorKind.USER, Email("ana@acme.example"))
KEY, OTHER = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
AT = "https://github.com/acme/erp/blob/12345600b9cbe38a219f39a9941c9319b600c002/deploy/.env"
# The published example of the program: its key, its signature, its payload.
PUBLISHED = {
    "key_identifier": "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c",
    "key": "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd\n"
    "AjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==\n"
    "-----END PUBLIC KEY-----\n",
    "is_current": True,
}
SIGNED = "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg=="
PAYLOAD = b'[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]'


def pem(key: EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


FILE = {"public_keys": [PUBLISHED, {"key_identifier": "one", "key": pem(KEY), "name": "scanner"}]}


class Desk:
    """A world whose reports are taken, and a client of it."""

    def __init__(self, world: World, client: httpx.Client) -> None:
        self.world, self.client = world, client

    def send(
        self,
        body: Any,
        *,
        key: EllipticCurvePrivateKey = KEY,
        id_: str = "one",
        signature: str | None = None,
    ) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = b64encode(key.sign(raw, ECDSA(SHA256()))).decode() if signature is None else signature
        named = {"Github-Public-Key-Identifier": id_, "Github-Public-Key-Signature": signed}
        sent = {name: value for name, value in named.items() if value}
        return self.client.post("/v1/leaks", content=raw, headers=sent)

    def tell(self, *tokens: str, url: str = AT) -> list[str]:
        told = self.send([{"token": one, "type": "chaveiro_app_token", "url": url} for one in tokens])
        assert told.status_code == 200, told.text
        assert [one["token_hash"] for one in told.json()] == [sha256(one.encode()).hexdigest() for one in tokens]
        assert not any(one in told.text for one in tokens if one)
        return [one["label"] for one in told.json()]

    def key(self, name: str, account: AccountName = ACME) -> Key:
        return self.world.house.node.keyring(account).keys[AppKey(self.world.pairs[name].app_key)]

    def events(self, account: AccountName = ACME) -> list[Any]:
        return [one.change for one in self.world.house.store.changes(account=account)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    world = furnish()
    taken = read_reporters(json.dumps(FILE).encode(), name="github")
    place = Place(base_hosts=("localhost",))
    app = world.app(place)
    leaks = Leaks(world.house.node, world.house.store, place, taken)
    app._leaks, app._reporting = leaks, ThreadPoolExecutor(1)
    app._questions["/v1/leaks"] = app._report
    with listening(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield Desk(world, client)
    world.house.close()


def test_the_published_example_is_believed(desk: Desk) -> None:
    """Byte by byte as its documentation has it."""
    headers = {
        "Github-Public-Key-Identifier": str(PUBLISHED["key_identifier"]),
        "Github-Public-Key-Signature": SIGNED,
    }
    told = desk.client.post("/v1/leaks", content=PAYLOAD, headers=headers)
    expected = {"token_type": "some_type", "label": "false_positive"}
    assert told.json() == [{"token_hash": sha256(b"some_token").hexdigest(), **expected}]
    assert desk.client.post("/v1/leaks", content=PAYLOAD + b" ", headers=headers).status_code == 403


def test_a_token_that_works_blocks_its_key(desk: Desk) -> None:
    """Before the answer leaves; the audit names the reporter, and the keeper reads where it lies."""
    pair = desk.world.pairs["good"]
    request = Request(presented(pair.app_key), presented(pair.app_token), need=Need((LIST,)))
    assert desk.world.house.node.check(ACME, request).verdict.__class__.__name__ == "Allowed"
    assert desk.tell(pair.app_token) == ["true_positive"]
    assert getattr(desk.world.house.node.check(ACME, request).verdict, "cause", None) == "key_blocked"
    key, change = desk.key("good"), desk.events()[-1]
    assert key.leaked
    assert change.by == Actor(ActorKind.REPORTER, "reporter scanner", "leaks")
    assert change.event == KeyBlocked(AppKey(pair.app_key), AT)
    assert key.blocked is not None
    assert (key.blocked.by, key.blocked.why) == ("reporter scanner", AT)


def test_a_report_that_comes_again_changes_nothing(desk: Desk) -> None:
    """Neither the key, nor the audit: whoever records a report cannot fill it."""
    pair = desk.world.pairs["good"]
    desk.tell(pair.app_token)
    before, key = len(desk.events()), desk.key("good")
    assert desk.tell(pair.app_token, pair.app_token, url=f"{AT}/again") == ["true_positive"] * 2
    assert (len(desk.events()), desk.key("good")) == (before, key)


def test_an_old_report_does_not_block_a_renewed_key(desk: Desk) -> None:
    """Its token is retired by then, so it is noted, and the key goes on working."""
    node, pair = desk.world.house.node, desk.world.pairs["good"]
    desk.tell(pair.app_token)
    issued = node.renew(ACME, AppKey(pair.app_key), by=ANA)
    assert isinstance(issued, Issued)
    for command in (FinishRenewal(ACME, issued.app_key), ActivateKey(ACME, issued.app_key)):
        done(desk.world.house, command, ANA)
    assert desk.tell(pair.app_token) == ["true_positive"]
    assert desk.key("good").blocked is None
    assert desk.events()[-1].event == LeakNoted(issued.app_key, AT)


def test_both_tokens_of_an_open_renewal_count(desk: Desk) -> None:
    """The second one is as good as the first."""
    issued = desk.world.house.node.renew(ACME, AppKey(desk.world.pairs["good"].app_key), by=ANA)
    assert isinstance(issued, Issued)
    assert desk.tell(issued.token.reveal()) == ["true_positive"]
    assert desk.key("good").blocked is not None


def test_a_token_of_a_deleted_key_is_noted_once_for_each_place(desk: Desk) -> None:
    """It is known, and there is nothing to block."""
    pair, before = desk.world.pairs["deleted"], len(desk.events())
    for url in (AT, AT, f"{AT}.bak", AT):
        assert desk.tell(pair.app_token, url=url) == ["true_positive"]
    noted = [one.event for one in desk.events()[before:]]
    assert noted == [LeakNoted(AppKey(pair.app_key), AT), LeakNoted(AppKey(pair.app_key), f"{AT}.bak")]


def test_keys_of_every_account_are_found_in_one_report(desk: Desk) -> None:
    """Each is blocked in its own account; what is nobody's stands between."""
    ours, theirs = desk.world.pairs["good"].app_token, desk.world.pairs["globex good"].app_token
    wrong = ours[:-1] + ("0" if ours[-1] != "0" else "1")
    found = desk.tell(ours, wrong, "", "x" * 5000, theirs)
    assert found == ["true_positive", "false_positive", "false_positive", "false_positive", "true_positive"]
    assert desk.key("good").leaked
    assert desk.key("globex good", GLOBEX).leaked
    assert not desk.key("lacking").leaked


def test_an_imported_key_is_found_by_its_token(desk: Desk) -> None:
    """Although only another system's digest of it was ever given."""
    house, kind = desk.world.house, Kind("sha512")
    kept = house.foreign.kept(kind, Algorithm.SHA512.digest(b"the old shop's token", b""))
    done(house, ImportKey(ACME, AppKey("old-1"), KeyId("5" * 32), kept, kind, "Old shop"), ANA)
    assert desk.tell("the old shop's token") == ["true_positive"]
    assert house.node.keyring(ACME).keys[AppKey("old-1")].leaked


def test_whoever_is_not_signed_for_reads_the_same_and_does_nothing(desk: Desk) -> None:
    """Whatever is wrong with the signature, and whatever the body holds; byte by byte."""
    token = desk.world.pairs["good"].app_token
    good = [{"token": token, "type": "t", "url": AT}]
    before = len(desk.events())
    told = [
        desk.send(good, key=OTHER),
        desk.send(good, id_="two"),
        desk.send(good, id_=str(PUBLISHED["key_identifier"])),
        desk.send(good, id_=""),
        desk.send(good, signature=""),
        desk.send(good, signature="not base64!"),
        desk.send(good, signature=b64encode(b"\x30\x00").decode()),
        desk.send(b"no JSON", key=OTHER),
        desk.send([], key=OTHER),
        desk.send([{"token": "nobody's", "type": "t"}], key=OTHER),
    ]
    assert [one.status_code for one in told] == [403] * len(told)
    assert len({one.content for one in told}) == 1
    fixed = {"date", "x-request-id"}
    assert len({tuple((k, v) for k, v in one.headers.items() if k not in fixed) for one in told}) == 1
    assert len(desk.events()) == before
    assert desk.key("good").blocked is None
    assert token not in told[0].text


def test_two_signatures_are_none(desk: Desk) -> None:
    """The next reader might take the other one."""
    raw = b"[]"
    signature = b64encode(KEY.sign(raw, ECDSA(SHA256())))
    headers = [(b"github-public-key-identifier", b"one"), *[(b"github-public-key-signature", signature)] * 2]
    assert desk.client.post("/v1/leaks", content=raw, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 422),
        (b"[1]", 422),
        (b'[{"type": "t"}]', 422),
        (b'[{"token": 1, "type": "t"}]', 422),
        (b'[{"token": "a", "token": "b"}]', 400),
        (json.dumps([{"token": "a", "type": "t"}] * (TOKENS_MAX + 1)).encode(), 413),
        (b"[" + b" " * 600_000 + b"]", 413),
        (b"[]", 200),
        (b'[{"token": "a", "type": "t", "url": 7, "more": {"x": 1}}]', 200),
    ],
    ids=[
        "no JSON",
        "no array",
        "no object",
        "no token",
        "token no text",
        "twice",
        "too many",
        "too long",
        "empty",
        "more",
    ],
)
def test_a_signed_body_is_read_strictly_where_it_counts(desk: Desk, body: bytes, status: int) -> None:
    """What else a reporter may come to say is passed over."""
    assert desk.send(body).status_code == status


def test_reports_are_taken_at_a_bounded_pace(desk: Desk) -> None:
    """After so many in a minute the next is told when to come again."""
    for _ in range(REPORTS_MAX):
        assert desk.send([]).status_code == 200
    told = desk.send([])
    assert (told.status_code, told.headers["Retry-After"]) == (429, "60")


def test_where_nobody_can_tell_the_reporter_comes_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, and not a word about the token."""

    def away(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("away")

    monkeypatch.setattr(desk.world.house.store, "holders", away)
    told = desk.send([{"token": desk.world.pairs["good"].app_token, "type": "t"}])
    assert told.status_code == 503
    assert "Retry-After" in told.headers


def test_no_command_is_refused_in_the_audit_by_reports(desk: Desk) -> None:
    """Reports that change nothing leave nothing: a flood of them fills no table."""
    for name in ("good", "blocked", "deleted"):
        for _ in range(3):
            desk.tell(desk.world.pairs[name].app_token)
    assert not [one for one in desk.events() if isinstance(one.event, CommandRefused)]


def test_only_post_is_used_here_and_without_reporters_there_is_nothing(desk: Desk) -> None:
    """404 as for every address that is none."""
    assert desk.client.get("/v1/leaks").status_code == 405
    with listening(desk.world.app()) as port:
        told = httpx.post(f"http://127.0.0.1:{port}/v1/leaks", content=b"[]")
        nothing = httpx.post(f"http://127.0.0.1:{port}/v1/nothing", content=b"[]")
    assert (told.status_code, told.content) == (404, nothing.content)


# -- where it lies


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (AT, AT),
        ("https://user:secret@code.example/a?token=x#y", "https://code.example/a"),
        ("http://code.example:8080/a", "http://code.example:8080/a"),
        ("javascript:alert(1)", ""),
        ("https://code.example/\x1b[31m", ""),
        ("https://[bad/", ""),
        ("https:///a", ""),
        (None, ""),
        (7, ""),
        ("https://code.example/" + "x/" * 3000, ""),
    ],
)
def test_of_a_place_is_kept_what_may_be_shown(url: object, place: str) -> None:
    """Scheme, host and path; nothing that acts, hides or identifies a person."""
    assert place_of(url) == place


def test_a_place_never_holds_a_token(desk: Desk) -> None:
    """However it is written there, and a long one is cut in the middle."""
    token = desk.world.pairs["good"].app_token
    coded = "".join(f"%{ord(one):02x}" for one in token)
    for url in (f"https://c.example/{token}/x", f"https://c.example/{coded}", f"https://c.example/{'A' * 70}"):
        assert token[5:20] not in place_of(url)
        assert coded[15:60] not in place_of(url)
        assert place_of(url).startswith("https://c.example")
    long = place_of("https://c.example/" + "ab/" * 200 + "last.txt")
    assert len(long) == PLACE_LENGTH_MAX
    assert long.endswith("last.txt")
    desk.tell(token, url=f"https://c.example/{token}?t={token}")
    assert token not in repr(desk.events())


# -- the file of reporters


def test_a_reporter_is_called_by_its_name_or_the_files(tmp_path: Path) -> None:
    """And the file is read once, at the start."""
    path = tmp_path / "GitHub keys.json"
    path.write_text(json.dumps(FILE))
    assert len(reporters(path)) == 2
    named = reporters(path)._reporters
    assert [named[one].name for one in (str(PUBLISHED["key_identifier"]), "one")] == ["github-keys", "scanner"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"public_keys": []}',
        '{"public_keys": [{"key_identifier": "a"}]}',
        json.dumps({"public_keys": [{"key_identifier": "a", "key": "no PEM"}]}),
        json.dumps({"public_keys": [{"key_identifier": "a b", "key": pem(KEY)}]}),
        json.dumps({"public_keys": [{"key_identifier": "a", "key": pem(KEY), "name": "Ana <x>"}]}),
        json.dumps({"public_keys": [{"key_identifier": "a", "key": pem(KEY)}] * 2}),
        json.dumps({"public_keys": [{"key_identifier": "a", "key": pem(generate_private_key(SECP384R1()))}]}),
        json.dumps({"public_keys": [{"key_identifier": str(n), "key": pem(KEY)} for n in range(KEYS_MAX + 1)]}),
    ],
)
def test_a_file_that_names_nobody_stops_the_start(tmp_path: Path, content: str) -> None:
    """With one sentence; a door that believes nobody would look open."""
    path = tmp_path / "github.json"
    path.write_text(content)
    with pytest.raises(CannotStart, match="cannot be used"):
        reporters(path)
    with pytest.raises(ReportersMalformed):
        read_reporters(content.encode(), name="github")


def test_a_file_that_others_may_write_stops_the_start(tmp_path: Path) -> None:
    """Whoever writes it may have every key blocked."""
    path = tmp_path / "github.json"
    path.write_text(json.dumps(FILE))
    path.chmod(0o646)
    with pytest.raises(CannotStart, match="chmod o-w"):
        reporters(path)
    with pytest.raises(CannotStart, match="cannot be read"):
        reporters(tmp_path / "nowhere.json")


def test_an_unknown_identifier_is_verified_all_the_same() -> None:
    """Time does not tell whose keys are believed: one verification each."""
    calls = []

    class Counted:
        def verify(self, *_: Any) -> None:
            calls.append(1)
            raise ValueError

    asked = Reporters({})
    asked._nobody = type("R", (), {"key": Counted()})()
    headers = ((b"github-public-key-identifier", b"x"), (b"github-public-key-signature", b"AAAA"))
    assert asked.signer(Message("POST", "/v1/leaks", headers), b"[]") is None
    assert calls == [1]


def test_two_reports_at_once_block_a_key_once(desk: Desk) -> None:
    """They are worked off one after the other."""
    token = desk.world.pairs["good"].app_token
    with ThreadPoolExecutor(4) as several:
        assert list(several.map(lambda _: desk.tell(token), range(4))) == [["true_positive"]] * 4
    assert sum(isinstance(one.event, KeyBlocked) and one.by.via == "leaks" for one in desk.events()) == 1
