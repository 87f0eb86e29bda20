"""The files of deploy/ agree with one another and with what they start."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator

import pytest
import yaml
from streamlit.config import get_config_options

from explorer.ui.serving.load import ServerLoad
from explorer.ui.serving.routes import service_routes
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


@pytest.mark.parametrize(
    ("arguments", "entry"),
    [([], "app.py"), (["ADDRESS=127.0.0.1"], "app.py"), (["ADDRESS=0.0.0.0"], "deploy/server.py")],
)
def test_a_server_that_others_reach_is_started_with_the_entry_that_guards_uploads(
    arguments: list[str], entry: str
) -> None:
    said = subprocess.run(["make", "-n", "run", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert f" run {entry} --server.address=" in said.stdout


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


def test_everything_that_the_files_name_is_there() -> None:
    """An image is built nowhere in these tests, so what it names is looked up where it is made."""
    files = [path for path in (*DEPLOY.iterdir(), ROOT / "docs/deploy.md") if path.is_file()]
    everything = "\n".join(path.read_text("utf-8") for path in files)
    copied = " ".join(re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)).split()
    assert copied == ["requirements.txt", "pyproject.toml", "."]
    paths = {*copied, *re.findall(r"\bdeploy/[\w@.]+\w", everything), *re.findall(r"docs/\w+\.md", everything)}
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    assert len(paths) >= 8
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(re.findall(r"--group (\w+)", everything)) == {"postgres"} <= set(project["dependency-groups"])
    variables = {name for name in re.findall(r"\bEXPLORER_[A-Z]+", everything) if name != "EXPLORER_KEY"}
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "explorer").rglob("*.py"))
    folders = {f"EXPLORER_{name.upper()}" for name in re.findall(r'app_folder\("(\w+)"\)', source)}
    assert {name for name in variables - folders if f'"{name}"' not in source} == set()
    assert len(variables & folders) == 4


def test_settings_are_streamlits_and_addresses_are_the_entrys() -> None:
    known = {name.replace(".", "_") for name in _snake_options()}
    named = {name.lower() for text in (UNIT, DOCKERFILE, str(COMPOSE)) for name in re.findall(r"STREAMLIT_(\w+)", text)}
    assert named == {"server_base_url_path"} <= known
    options = set(re.findall(r"--(server\.\w+)=", UNIT + DOCKERFILE))
    assert options == {"server.address", "server.port"} <= set(get_config_options(force_reparse=False))
    asked = re.findall(r"127\.0\.0\.1:8501(/\w+)", DOCKERFILE)
    assert asked == ["/readyz"]
    assert asked[0] in {route.path for route in service_routes(ServerLoad())}


def test_image_installs_what_the_app_needs() -> None:
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    assert "grep '^torch' requirements.txt > torch.txt" in DOCKERFILE
    assert re.findall(r"^torch\w*", requirements, re.MULTILINE) == ["torch", "torchvision"]
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    needed = ("app.py", "pages", "explorer", "checkpoints", "deploy", "requirements.txt", ".streamlit")
    assert not set(needed) & set(left_out)
    assert all((ROOT / name).exists() for name in needed)


def _snake_options() -> Iterator[str]:
    """Streamlit's options in the words of its environment variables."""
    return (re.sub(r"([A-Z])", r"_\1", name).lower() for name in get_config_options(force_reparse=False))
