"""Settings: read once, refused with a sentence, and none that nobody wrote down."""

import os
import re
import secrets
import traceback
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.promises.plugin import Proof

from chaveiro.doors.cli.app import run
from chaveiro.serve import CannotStart, open_house
from chaveiro.settings import PREFIX, Settings, SettingsMalformed, read_settings

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def test_every_setting_has_a_default_with_which_things_work() -> None:
    """Nothing needs to be set, and nothing is open to others by default."""
    settings = read_settings()
    assert (settings.host, settings.port, settings.behind_proxy) == ("127.0.0.1", 8420, False)
    assert settings.database_url == "sqlite:///chaveiro-data/chaveiro.db"
    assert settings.pepper_path == Path("chaveiro-data/pepper")
    assert all(network.is_loopback for network in settings.trusted_proxies)


def test_people_are_led_to_the_public_url_or_to_where_it_listens() -> None:
    """A link that somebody is sent begins with it."""
    assert read_settings().url == "http://127.0.0.1:8420"
    assert read_settings(host="::1", tls_cert="cert.pem", tls_key="key.pem").url == "https://[::1]:8420"
    assert read_settings(public_url="https://auth.example.com/").url == "https://auth.example.com"


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not chosen there is read here; what is set in neither has its default."""
    monkeypatch.setenv("CHAVEIRO_PORT", "9000")
    monkeypatch.setenv("CHAVEIRO_HOST", "::1")
    monkeypatch.setenv("chaveiro_log_level", "debug")
    settings = read_settings(port=9001, host=None)
    assert (settings.port, settings.host, settings.log_level) == (9001, "::1", "debug")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As people write them; an empty one is empty."""
    monkeypatch.setenv("CHAVEIRO_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")
    monkeypatch.setenv("CHAVEIRO_BASE_HOSTS", ".Api.Example.com,")
    settings = read_settings()
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("2001:db8::1"))
    assert settings.base_hosts == ("api.example.com",)
    monkeypatch.setenv("CHAVEIRO_TRUSTED_PROXIES", "")
    assert read_settings().trusted_proxies == ()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CHAVEIRO_PORT", "http", "`CHAVEIRO_PORT`: "),
        ("CHAVEIRO_PORT", "70000", "`CHAVEIRO_PORT`: "),
        ("CHAVEIRO_TRUSTED_PROXIES", "everybody", "`CHAVEIRO_TRUSTED_PROXIES`: "),
        ("CHAVEIRO_TRUSTED_PROXIES", "10.0.0.1/8", "`CHAVEIRO_TRUSTED_PROXIES`: "),
        ("CHAVEIRO_STALE_SECONDS_MAX", "nan", "`CHAVEIRO_STALE_SECONDS_MAX`: "),
        ("CHAVEIRO_STALE_SECONDS_MAX", "86400", "`CHAVEIRO_STALE_SECONDS_MAX`: "),
        ("CHAVEIRO_STALE_SECONDS_MAX", "-1", "`CHAVEIRO_STALE_SECONDS_MAX`: "),
        ("CHAVEIRO_STALE_SECONDS_MAX", "0.5", "`CHAVEIRO_STALE_SECONDS_MAX`: write 0, or 1 and more"),
        ("CHAVEIRO_LOG_LEVEL", "trace", "`CHAVEIRO_LOG_LEVEL`: "),
        ("CHAVEIRO_LANGUAGE", "de", "`CHAVEIRO_LANGUAGE`: "),
        ("CHAVEIRO_PUBLIC_URL", "auth.example.com", "https://auth.example.com"),
        ("CHAVEIRO_ACCOUNT", "ACME", "lower-case"),
        ("CHAVEIRO_TLS_CERT", "cert.pem", "go together"),
        ("CHAVEIRO_BEHIND_PROXY", "perhaps", "`CHAVEIRO_BEHIND_PROXY`: "),
    ],
)
def test_what_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, *, name: str, value: str, said: str, proof: Proof
) -> None:
    """The sentence names the setting and what it may be."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsMalformed, match=said):
        read_settings()
    proof("G22", dose=1, figure="settings that cannot be meant, each with the sentence that names it")


def test_a_refusal_does_not_repeat_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database's URL holds a password."""
    monkeypatch.setenv("CHAVEIRO_PORT", "postgresql://chaveiro:secret@db/chaveiro")
    with pytest.raises(SettingsMalformed) as refused:
        read_settings()
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_unknown_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error would otherwise leave a default in force that somebody believes changed."""
    monkeypatch.setenv("CHAVEIRO_TRUSTED_PROXY", "10.0.0.0/8")
    with pytest.raises(SettingsMalformed, match="did you mean `CHAVEIRO_TRUSTED_PROXIES`"):
        read_settings()


def test_where_what_is_held_is_left_behind() -> None:
    """Beside the pepper, where the database is elsewhere and a node may decide without it; else nowhere."""
    elsewhere = Settings(data=Path("data"), database="postgresql://chaveiro@db/chaveiro")
    assert elsewhere.snapshot_path == Path("data/snapshot")
    assert elsewhere.model_copy(update={"snapshot": "/var/cache/kept"}).snapshot_path == Path("/var/cache/kept")
    assert elsewhere.model_copy(update={"snapshot": "off"}).snapshot_path is None
    assert elsewhere.model_copy(update={"stale_seconds_max": 0}).snapshot_path is None
    assert Settings(data=Path("data")).snapshot_path is None


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read once, frozen."""
    settings = read_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    """With its name, its default and its one sentence, as they stand in the code."""
    described = Settings.model_fields[name].description
    assert described
    assert described.endswith(".")
    page = REFERENCE.read_text()
    row = next((line for line in page.splitlines() if line.startswith(f"| `{PREFIX}{name.upper()}` |")), "")
    assert described in row


def test_no_setting_is_documented_that_is_none() -> None:
    """What went away went away from the page as well."""
    named = {line.split("`")[1] for line in REFERENCE.read_text().splitlines() if line.startswith(f"| `{PREFIX}")}
    assert named == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


CANARY = "zqcanaryzq"


def test_a_database_s_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold a password: no repr of the settings, or of what holds them, has it."""
    monkeypatch.setenv("CHAVEIRO_DATABASE", f"postgresql://chaveiro:{CANARY}@db/chaveiro")
    settings = read_settings()
    assert CANARY in settings.database_url
    assert CANARY not in f"{settings!r}{settings!s}{[settings]}"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{CANARY}@127.0.0.1:1/d",
        f"postgresql://u:{CANARY}@127.0.0.1:port/d",
        f"postgresql://u:x@127.0.0.1:{CANARY}/d",
        f"postgresql://u:a/{CANARY}@127.0.0.1/d",
        f"postgresql://u:a b{CANARY}@127.0.0.1:1/d",
        f"postgresql://u:a%{CANARY}@127.0.0.1:1/d",
        f"postgresql://127.0.0.1:1/d?password={CANARY}",
        f"postgresql://127.0.0.1:1/d?unknown={CANARY}",
        f"mysql://u:{CANARY}@h/d",
        f"mysql://u:x@h:{CANARY}/d",
        f"mysql://u:{CANARY}@[::1/d",
        f"{CANARY}",
        f"sqlite:////nowhere/{CANARY}?mode={CANARY}",
    ],
)
def test_no_refusal_to_start_quotes_a_database_s_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """The sentence says what is wrong with it; the exception, its causes and what is printed hold nothing more."""
    (tmp_path / "pepper").write_bytes(secrets.token_bytes(32))
    (tmp_path / "pepper").chmod(0o600)
    with pytest.raises(CannotStart) as refused:
        open_house(read_settings(database=url, data=tmp_path))
    assert re.search("PostgreSQL|database", str(refused.value)), "it is the URL that is refused"
    assert refused.value.__cause__ is None
    if not url.startswith("sqlite"):  # a path is no password, and is what people have to look at
        assert CANARY not in "".join(traceback.format_exception(refused.value, chain=True))
        assert run(["account", "list", "--data", str(tmp_path), "--database", url]) == 2
        printed = capsys.readouterr()
        assert CANARY not in printed.out + printed.err
