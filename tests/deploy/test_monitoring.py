"""What Prometheus and Grafana are given: every metric they name is one that the API has, and the alarms ring."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from tests.deploy.units import ROOT

DEPLOY = ROOT / "deploy"
NAME = re.compile(r"\btiktok_[a-z_]+\b")


def told() -> set[str]:
    """Names that the collector can say: those written in it."""
    return set(re.findall(r'"(tiktok_[a-z_]+)"', (ROOT / "tiktok_assets/api/metrics.py").read_text()))


def panels() -> list[dict]:
    return json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]


def rules() -> list[dict]:
    return [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def test_the_dashboard_asks_for_metrics_that_there_are():
    asked = {name for panel in panels() for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert asked - told() == set()
    assert told() - asked == set()  # and shows each


def test_the_alarms_ask_for_metrics_that_there_are():
    assert {name for rule in rules() for name in NAME.findall(rule["expr"])} - told() == set()


def test_every_alarm_says_what_is_wrong_and_what_to_do():
    for rule in rules():
        assert {"summary", "remedy"} <= set(rule["annotations"])
        assert rule["labels"]["severity"] in ("page", "warning")


def test_every_alarm_is_explained():
    manual = (ROOT / "docs/operation.md").read_text()
    assert [rule["alert"] for rule in rules() if rule["alert"] not in manual] == []


def test_no_panel_lies_on_another():
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_prometheus_understands_its_configuration_and_the_alarms_ring():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    for what in (["check", "config", "deploy/prometheus.yml"], ["test", "rules", "tests/deploy/alerts.test.yml"]):
        done = subprocess.run([promtool, *what], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
