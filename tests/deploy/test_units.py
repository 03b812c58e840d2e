"""The systemd units: understood by systemd, hardened, and of one mind with the compose file."""

import re
import shlex
import shutil
import subprocess

import pytest
import yaml

from tests.deploy.units import COMMON, FOLDER, ROOT, command, read, units

MOST_EXPOSED = 3.0  # systemd-analyze security
REPEATED = {"SystemCallFilter", "IPAddressDeny", "IPAddressAllow", "DeviceAllow", "Environment", "After", "Wants"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A machine's root with nothing but the units installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    root = tmp_path_factory.mktemp("root")
    target = root / "etc/systemd/system"
    shutil.copytree(FOLDER, target)
    shutil.copy(target / "tiktok-worker@.service", target / "tiktok-worker@gpu.service")
    python = root / "opt/tiktok-assets/.venv/bin/python"
    python.parent.mkdir(parents=True)
    shutil.copy("/bin/true", python)
    there = root / "usr/lib/systemd/system"
    there.mkdir(parents=True)
    for name in ("sysinit", "basic", "network-online", "time-sync", "multi-user", "shutdown"):
        (there / f"{name}.target").write_text("[Unit]\nDescription=there\nDefaultDependencies=no\n")
    return root


NAMES = [path.name.replace("@", "@gpu") for path in units()]


@pytest.mark.parametrize("name", NAMES)
def test_systemd_understands_a_unit(root, name):
    run = ["systemd-analyze", "verify", f"--root={root}", "--man=no", name]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "tiktok" in line]) == (0, [])


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_is_hardened(root, name):
    run = ["systemd-analyze", "security", "--offline=yes", f"--root={root}", "--no-pager", name]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    score = float(re.search(r"exposure level for .*: ([\d.]+)", done.stdout)[1])
    assert score <= MOST_EXPOSED


@pytest.mark.parametrize("path", units(), ids=lambda p: p.stem)
def test_what_is_the_same_for_all_overrules_no_unit(path):
    """systemd reads the common part last: a key in both would be the common one's."""
    unit, common = read(path), read(COMMON)
    for section in unit:
        assert set(unit[section]) & set(common.get(section, {})) <= REPEATED


@pytest.mark.parametrize("path", units(), ids=lambda p: p.stem)
def test_a_unit_says_all_that_differs(path):
    unit = read(path)["Service"]
    assert {"ExecStart", "MemoryMax", "TimeoutStopSec", "MemoryDenyWriteExecute", "IPAddressDeny"} <= set(unit)
    assert "PrivateDevices" in unit or "DevicePolicy" in unit


def test_where_code_of_ours_computes_it_may_compile():
    for path in units():
        computes = path.stem in ("tiktok-code", "tiktok-worker@")
        assert read(path)["Service"]["MemoryDenyWriteExecute"] == ["no" if computes else "yes"], path


def test_every_unit_is_guarded_and_started_again():
    common = read(COMMON)
    assert common["Service"]["Restart"] == ["always"]
    assert common["Service"]["RestartSec"] == ["10"]
    assert common["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert int(common["Service"]["WatchdogSec"][0]) > 180 + 60 + 20  # the guard's own patience ends before systemd's
    for path in units():
        assert command(path.stem.removeprefix("tiktok-"))[1] == "deploy/guard.py"


def test_runs_of_the_last_life_are_settled_before_the_next_begins():
    assert command("code", "ExecStartPre") == [".venv/bin/python", "-m", "tiktok_assets", "recover"]


@pytest.mark.parametrize("name", ["webserver", "api", "code"])
def test_what_knows_no_users_listens_on_this_machine_alone(name):
    words = command(name)
    assert "0.0.0.0" not in words
    if "--host" in words:
        assert words[words.index("--host") + 1] in ("127.0.0.1", "localhost")


def test_the_target_starts_every_unit_of_one_machine():
    wanted = set(read(FOLDER / "tiktok.target")["Unit"]["Wants"][0].split())
    assert wanted == {path.name for path in units() if "@" not in path.name}


# The compose file

COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def given(service: str) -> list[str]:
    words = SERVICES[service]["command"]
    return shlex.split(words) if isinstance(words, str) else words


@pytest.mark.parametrize("name", ["daemon", "webserver", "api", "monitor"])
def test_a_container_runs_what_the_unit_runs(name):
    assert given(name) == command(name)


@pytest.mark.parametrize("kind", ["home", "cpu", "gpu"])
def test_a_workers_container_runs_what_its_unit_runs(kind):
    pod = SERVICES["pod"]["hostname"]
    assert given(f"worker-{kind}") == [word.replace("%H", pod).replace("%i", kind) for word in command("worker@")]


def test_the_code_server_settles_the_last_life_in_a_container_too():
    before, _, then = given("code")[2].partition(" && exec ")
    assert shlex.split(before) == command("code", "ExecStartPre")
    assert shlex.split(then) == command("code")


OURS = [name for name, service in SERVICES.items() if service.get("image") == "tiktok-assets" and name != "pod"]


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_is_confined_watched_and_rotated(name):
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["network_mode"] == service["pid"] == "service:pod"
    assert service["healthcheck"]["test"][1:3] == [".venv/bin/python", "deploy/guard.py"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_comes_back_and_keeps_its_log_small(name):
    service = SERVICES[name]
    assert service["restart"] == "always"
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


def test_only_the_proxys_ports_are_open():
    assert {name: s["ports"] for name, s in SERVICES.items() if "ports" in s} == {"pod": ["80:80", "443:443"]}


def test_no_password_and_no_registry_is_written_down():
    text = (ROOT / "deploy/compose.yaml").read_text()
    assert all(
        line.split("${", 1)[1].startswith(("POSTGRES_PASSWORD:?", "REDIS_PASSWORD:?", "TIKTOK_"))
        for line in text.splitlines()
        if "${" in line
    )
    images = {service["image"] for service in SERVICES.values()}
    assert all("/" not in image for image in images)
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    assert "://" not in dockerfile


def test_the_instance_with_postgres_is_otherwise_the_same():
    plain = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    postgres = yaml.safe_load((ROOT / "deploy/postgres/dagster.yaml").read_text())
    for config in (plain, postgres):
        del config["storage"], config["concurrency"]["runs"]["max_concurrent_runs"]
    assert postgres == plain
