"""Alert rules, the dashboard and the page about them name metrics that a server really has, with labels that it has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from core.tests.http.served import serving
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families as parse

from gutenbot_channel_web.chat import Chat
from gutenbot_channel_web.settings import WebSettings
from tests.docs.pages import TOP

RULES = TOP / "docs/monitoring/gutenbot-alerts.yaml"
DASHBOARD = TOP / "docs/monitoring/gutenbot-dashboard.json"
PAGE = TOP / "docs/how-to/monitor.md"
NAME = re.compile(r"\bgutenbot_\w+")
SHARED_ONLY = {"gutenbot_lease_left_seconds"}
"""On PostgreSQL only: declared everywhere, with a number there."""
OF_PROMETHEUS = {"instance", "job", "le"}
SELECTED = re.compile(r"(gutenbot_\w+)\{([^}]*)\}")


@pytest.fixture
async def families(tmp_path: Path) -> dict[str, Metric]:
    """What a server with the web chat shows, by the name of the family."""
    async with serving(tmp_path) as served:
        chat = Chat(served.app, WebSettings.model_validate({}))
        chat.rates._refused("messages")  # type: ignore[misc]
        served.app.vitals.start()
        served.app.vitals.stop()
        await served.texts({"text": "hello"})
        text = (await served.client.get("/metrics")).text
    read: Any = parse
    return {family.name: family for family in read(text)}


def series(families: dict[str, Metric]) -> set[str]:
    """All names that an expression may use."""
    found: set[str] = set()
    for family in families.values():
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        found |= {family.name + ending for ending in endings}
    return found


def rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]:
        yield from group["rules"]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return found


def expressions() -> list[str]:
    return [rule["expr"] for rule in rules()] + [target["expr"] for panel in panels() for target in panel["targets"]]


async def test_every_expression_names_metrics_that_there_are(families: dict[str, Metric]) -> None:
    known = series(families)
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert asked - known == set()
    assert len(asked) > 40


async def test_expressions_select_by_labels_that_the_metric_has(families: dict[str, Metric]) -> None:
    labels = {
        sample.name: set(sample.labels) | OF_PROMETHEUS for family in families.values() for sample in family.samples
    }
    wrong = [
        f"{name}: {label}"
        for expression in expressions()
        for name, selector in SELECTED.findall(expression)
        for label in re.findall(r"(\w+)\s*=", selector)
        if name in labels and label not in labels[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_is_closed(expression: str) -> None:
    for left, right in ("()", "{}", "[]"):
        assert expression.count(left) == expression.count(right)
    for counter in re.findall(r"(\w+\(|\b)(gutenbot_\w+_(?:total|sum|count|bucket))\b", expression):
        assert counter[0] in ("rate(", "increase("), "counts are looked at by their growth"


def test_every_alert_says_what_it_means_and_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}
        if rule["labels"]["severity"] == "page":
            assert f"`{rule['alert']}`" in page, rule["alert"]


def test_the_dashboard_can_be_imported() -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    assert (board["title"], board["uid"]) == ("Gutenbot", "gutenbot")
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["targets"]
        assert panel["datasource"]["uid"] == "${datasource}"
    places = [(one["gridPos"]["x"], one["gridPos"]["y"]) for one in board["panels"]]
    assert len(set(places)) == len(places)


async def test_the_page_explains_every_metric_and_no_other(families: dict[str, Metric]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("### What there is") : page.index("Labels are names")]
    explained = {name.removesuffix("_total") for name in re.findall(r"`(gutenbot_\w+)`", table)}
    assert explained ^ set(families) == set()
