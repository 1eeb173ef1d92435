"""The files that start Chaveiro elsewhere: they say what this version understands, and hand no secret around."""

from __future__ import annotations

import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from chaveiro.serve.pepper import read_pepper
from chaveiro.serve.refusal import CannotStart
from chaveiro.settings import PREFIX, Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
FILES = ["systemd/chaveiro.service", "container/Containerfile", "container/compose.yaml"]


def unit() -> dict[str, list[str]]:
    """The service's directives, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd/chaveiro.service").read_text().splitlines():
        if match := re.fullmatch(r"([A-Z]\w+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text())
    return found


@pytest.mark.parametrize("file", FILES)
def test_every_setting_in_it_is_one(file: str) -> None:
    """A setting that does not exist would keep the process from starting."""
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", (DEPLOY / file).read_text())) - {"NAME"}
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_service_is_shut_in() -> None:
    """No privilege, no other user's files, no core dump; the pepper comes as a credential."""
    found = unit()
    for directive in ("DynamicUser", "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome"):
        assert found[directive] == ["yes"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["CapabilityBoundingSet"] == [""]
    assert found["LimitCORE"] == ["0"]
    assert "ProcSubset" not in found, "it would hide which boot this is, and with it the snapshot"
    assert found["LoadCredential"] == ["pepper:/etc/chaveiro/pepper"]
    assert f"{PREFIX}PEPPER_FILE=%d/pepper" in found["Environment"]
    assert found["RestartPreventExitStatus"] == ["2"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here: the unit is only read")
def test_systemd_understands_the_service(tmp_path: Path) -> None:
    """Every directive is known to it, and it finds little exposed."""
    written = (DEPLOY / "systemd/chaveiro.service").read_text().replace("/opt/chaveiro/bin/chaveiro", "/bin/true")
    service = tmp_path / "chaveiro.service"
    service.write_text(written)
    verified = subprocess.run(["systemd-analyze", "verify", service], capture_output=True, text=True, check=False)
    assert verified.returncode == 0
    assert "Unknown" not in verified.stderr
    exposed = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(service)]
    assert subprocess.run(exposed, capture_output=True, check=False).returncode == 0


def test_a_credential_of_systemd_is_a_pepper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is this user's alone by an access list, which shows as a right of the group; anywhere else that is refused."""
    path = tmp_path / "pepper"
    path.write_bytes(bytes(range(7, 39))[::-1] + b"x")
    path.chmod(0o440)
    with pytest.raises(CannotStart, match="can be read by others"):
        read_pepper(path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_pepper(path).tokens == path.read_bytes()
    path.chmod(0o444)
    with pytest.raises(CannotStart, match="can be read by others"):
        read_pepper(path)


def test_no_secret_stands_in_the_containers_files() -> None:
    """Secrets come from files outside the checkout: none in the image, in an environment or in a URL."""
    found = compose()
    assert set(found["secrets"]) == {"pepper", "pgpass", "password"}
    assert all(set(secret) == {"file"} for secret in found["secrets"].values())
    url = found["x-settings"][f"{PREFIX}DATABASE"]
    assert re.fullmatch(r"postgresql://chaveiro@database/chaveiro\?passfile=/run/secrets/pgpass&sslmode=disable", url)
    assert "POSTGRES_PASSWORD" not in found["services"]["database"]["environment"]
    image = (DEPLOY / "container/Containerfile").read_text()
    assert "pepper" not in image.lower().replace("its secret from a file", "")
    assert "USER 65532:65532" in image
    ignored = (DEPLOY / "container/Containerfile.dockerignore").read_text()
    assert "secrets" not in ignored
    assert ignored.splitlines()[0] == "*"


def test_the_image_takes_along_what_it_copies() -> None:
    """What is copied into it exists, and is not kept from the build."""
    image = (DEPLOY / "container/Containerfile").read_text()
    root = DEPLOY.parent
    let_in = (DEPLOY / "container/Containerfile.dockerignore").read_text().splitlines()
    for copied in re.findall(r"^COPY (?!--from)(.+)$", image, re.MULTILINE):
        for name in copied.split()[:-1]:
            assert (root / name).exists(), name
            assert f"!{name}" in let_in, name


def test_the_gateway_reads_what_its_image_writes() -> None:
    """The template becomes the file that the command names; every placeholder has a value, each node an address."""
    found = compose()
    gateway = found["services"]["gateway"]
    subnet = ip_network(found["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    given = gateway["environment"]
    template = gateway["volumes"][0].split(":")[1]
    written = f"{given['NGINX_ENVSUBST_OUTPUT_DIR']}/{Path(template).name.removesuffix('.template')}"
    assert gateway["command"][gateway["command"].index("-c") + 1] == written
    shipped = (DEPLOY / "nginx/two-nodes.conf").read_text()
    assert set(re.findall(r"\$\{([A-Z_0-9]+)\}", shipped)) == set(given) - {"NGINX_ENVSUBST_OUTPUT_DIR"}
    fixed = ("gateway", "node-1", "node-2")
    addresses = {name: found["services"][name]["networks"]["inside"]["ipv4_address"] for name in fixed}
    assert all(ip_address(one) in subnet for one in addresses.values())
    assert [given["NODE_1"], given["NODE_2"]] == [f"{addresses[name]}:8420" for name in ("node-1", "node-2")]
    assert found["x-settings"][f"{PREFIX}TRUSTED_PROXIES"] == f"{addresses['gateway']}/32"
