from __future__ import annotations

import importlib.util
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from timeseal.market.report import plots, record_file, render
from timeseal.market.report.context import Record

VOID = {"meta", "br", "link", "img", "hr", "input", "use", "path"}


def sample() -> Record:
    path = Path(__file__).with_name("report_sample.py")
    spec = importlib.util.spec_from_file_location("report_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Record = module.sample()
    return made


@pytest.fixture(scope="module")
def html() -> str:
    return render.page(sample())


class Outline(HTMLParser):
    """Collects what the assertions ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


def test_every_element_is_closed_where_it_was_opened(html: str) -> None:
    assert outline(html).open == []


def test_the_page_fetches_nothing_and_runs_nothing(html: str) -> None:
    found = outline(html)
    assert not [tag for tag, _ in found.tags if tag in {"script", "link", "iframe", "img"}]
    for _, attributes in found.tags:
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert "@import" not in html
    assert "url(http" not in html


def test_every_id_is_used_once_and_every_link_has_a_target(html: str) -> None:
    found = outline(html)
    counted = Counter(a["id"] for _, a in found.tags if a.get("id"))
    assert [one for one, times in counted.items() if times > 1] == []
    links = {str(a["href"])[1:] for tag, a in found.tags if tag == "a"}
    assert links <= set(counted)
    assert links


def test_every_figure_says_in_words_what_it_shows(html: str) -> None:
    figures = [a for tag, a in outline(html).tags if tag == "svg"]
    assert len(figures) == 4
    for name in ("reliability", "survival", "protocols", "drift"):
        assert re.search(rf'<title id="{name}-title">[^<]+</title>', html)
        assert re.search(rf'<desc id="{name}-desc">[^<]+</desc>', html)
    assert all(one.get("role") == "img" for one in figures)


def test_texts_of_the_data_cannot_become_markup(html: str) -> None:
    assert "<b>bmw</b>" not in html
    assert "&lt;b&gt;bmw&lt;/b&gt;" in html


def test_every_value_of_the_record_reaches_the_page(html: str) -> None:
    record = sample()
    for said in (
        record.seal.certificate_id,
        record.seal.fingerprint,
        record.habit.cell,
        record.seal.waivers[0].reason,
        record.refusals[0].error,
        "34,864",
        "33,458",
        "17,345",
        "+0.019",
        "differs",
    ):
        assert str(said) in html


def test_gone_ads_are_never_called_sold(html: str) -> None:
    words = re.sub(r"<svg.*?</svg>|<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert not re.search(r"\b(sold|iphone|battery|storage)\b", words, re.IGNORECASE)


def test_the_same_record_gives_the_same_page(html: str) -> None:
    assert render.page(sample()) == html


def test_the_drift_strip_names_the_days_that_differ() -> None:
    svg = plots.drift_strip(sample().strip)
    assert "certified: none" in svg
    assert "one cell changed: 12 Mar" in svg


def test_an_older_page_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "out" / "report.html"
    render.write(sample(), target)
    render.write(sample(), target)
    assert [one.name for one in target.parent.iterdir()] == ["report.html"]


def test_a_record_survives_the_disk_unchanged(tmp_path: Path) -> None:
    record_file.write(sample(), tmp_path / "record.json")
    assert record_file.read(tmp_path / "record.json") == sample()


def test_a_record_of_another_shape_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    assert record_file.read(path) is None
    record_file.write(sample(), path)
    path.write_text(path.read_text().replace('"gone"', '"vanished"'))
    assert record_file.read(path) is None
    path.write_text("{")
    assert record_file.read(path) is None
