"""The files of deploy/ agree with one another and with what they start."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "explorer@.service").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")


def test_everything_starts_the_entry_in_class_mode_below_the_path_that_nginx_serves() -> None:
    assert "streamlit run deploy/server.py" in UNIT
    assert '"streamlit", "run", "deploy/server.py"' in DOCKERFILE
    assert "EXPLORER_MODE=class" in UNIT
    assert "EXPLORER_MODE=class" in DOCKERFILE
    replicas = [service for name, service in COMPOSE["services"].items() if name.startswith("replica")]
    paths = [service["environment"]["STREAMLIT_SERVER_BASE_URL_PATH"] for service in replicas]
    paths += re.findall(r"STREAMLIT_SERVER_BASE_URL_PATH=(\w+)", UNIT)
    assert paths == ["explorer"] * 3
    assert re.findall(r"location (/\w+/) ", NGINX) == ["/explorer/"]


def test_only_nginx_is_reached_from_outside_and_every_process_has_the_same_library() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert services["replica1"] == services["replica2"]
    assert "--server.address=127.0.0.1" in UNIT
    folders = re.findall(r"EXPLORER_(\w+)=(\S+?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert {name for name, path in folders if path.startswith("/library/")} == {
        "CHECKPOINTS",
        "RUNS",
        "LECTURES",
        "DATA",
    }
    assert services["replica1"]["volumes"] == ["library:/library"]
    assert "EXPLORER_KEY" in services["replica1"]["environment"]


def test_nginx_knows_every_process_of_compose() -> None:
    named = re.findall(r"server (\w+):8501", COMPOSE["configs"]["replicas"]["content"])
    assert named == [name for name in COMPOSE["services"] if name != "nginx"]
    assert COMPOSE["services"]["nginx"]["configs"][0]["target"].endswith("/explorer_replicas.conf")
    assert "include explorer_replicas.conf;" in NGINX
    assert "--server.port=8501" in DOCKERFILE


def test_uploads_pass_nginx_that_pass_the_server() -> None:
    most = re.search(r"maxUploadSize = (\d+)", (ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert most
    assert f"client_max_body_size {most[1]}m;" in NGINX


def test_systemd_reads_the_unit() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    said = subprocess.run(
        ["systemd-analyze", "verify", str(DEPLOY / "explorer@.service")], capture_output=True, text=True, check=False
    ).stderr
    assert [line for line in said.splitlines() if "explorer@" in line and "is not executable" not in line] == []
