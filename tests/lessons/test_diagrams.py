from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lessons import content, diagrams
from lessons.errors import ContentError
from lessons.routes import Box, Point, route

FOLDER = content.COURSE / "containerization"
NAMES = ["4.1-docker-architecture", "4.2-container-security-layers"]
SVG = "{http://www.w3.org/2000/svg}"
METHODS = {"at", "concat", "entries", "every", "fill", "filter", "find", "flat", "includes", "join", "keys", "length"}
METHODS |= {"map", "pop", "pull", "push", "reduce", "reverse", "shift", "slice", "some", "sort", "splice", "values"}


def svg(name: str) -> ET.Element:
    return ET.fromstring(diagrams.read(FOLDER / f"{name}.drawio").svg)


@pytest.mark.parametrize("name", NAMES)
def test_a_diagram_is_named_described_and_its_parts_lead_to_sections(name: str) -> None:
    drawn = svg(name)
    anchors = {section.anchor for section in content.load("containerization").sections}
    links = list(drawn.iter("a"))
    assert drawn.findtext("title") and drawn.findtext("desc")
    title = drawn.find("title")
    assert title is not None
    assert drawn.get("role") == "group" and drawn.get("aria-labelledby") == title.get("id")
    assert len(links) >= 6
    assert {str(link.get("href"))[1:] for link in links} <= anchors
    assert all("".join(link.itertext()).strip() for link in links)


def test_the_picture_holds_what_the_lesson_promises() -> None:
    first = " ".join("".join(svg(NAMES[0]).itertext()).split())
    assert all(
        word in first for word in ("Client", "Daemon", "Images", "Containers", "Volumes", "Networks", "Registry")
    )
    second = {link.get("href") for link in svg(NAMES[1]).iter("a")}
    assert len(second) == 11


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_needs_a_style_or_a_script(name: str) -> None:
    text = diagrams.read(FOLDER / f"{name}.drawio").svg
    assert "style=" not in text and "<script" not in text and "onclick" not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_screen_gets_the_same_parts_and_fits_a_phone(name: str) -> None:
    both = diagrams.read(FOLDER / f"{name}.drawio")
    wide, narrow = ET.fromstring(both.svg), ET.fromstring(both.narrow)
    assert {link.get("href") for link in wide.iter("a")} == {link.get("href") for link in narrow.iter("a")}
    assert float(narrow.get("width", "999")) <= 350
    ids = [one.get("id") for drawn in (wide, narrow) for one in drawn.iter() if one.get("id")]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_called_like_a_method_of_a_list(name: str) -> None:
    """mxGraph keeps cells in a JavaScript list by their ids: one called “push” cannot be opened."""
    ids = [one.get("id") for one in ET.parse(FOLDER / f"{name}.drawio").iter() if one.get("id")]
    assert len(set(ids)) == len(ids) and not METHODS & set(ids)


def test_the_dockerfile_and_the_context_enter_the_daemon() -> None:
    cells = {one.get("id"): one for one in ET.parse(FOLDER / f"{NAMES[0]}.drawio").iter("mxCell")}
    assert (cells["e9"].get("source"), cells["e9"].get("target")) == ("files", "daemon")
    assert "Dockerfile, build context" in " ".join("".join(svg(NAMES[0]).itertext()).split())


def test_an_edit_of_the_file_is_an_edit_of_the_picture(tmp_path: Path) -> None:
    source = (FOLDER / f"{NAMES[0]}.drawio").read_text()
    (tmp_path / "x.drawio").write_text(source.replace("running instances", "living &lt;things&gt;"))
    assert "living &lt;things&gt;" in diagrams.read(tmp_path / "x.drawio").svg


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<mxfile>", "this is not XML"),
        ("<mxfile><diagram>7V1bc</diagram></mxfile>", "saved uncompressed"),
        ("<mxfile><diagram><mxGraphModel><root/></mxGraphModel></diagram></mxfile>", "describes the diagram in words"),
    ],
)
def test_a_file_that_cannot_be_drawn_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.drawio").write_text(text)
    with pytest.raises(ContentError, match=message):
        diagrams.read(tmp_path / "x.drawio")


def test_an_edge_ends_at_the_boxes_and_its_label_stands_half_way() -> None:
    way = route(Box(0, 0, 10, 10), Box(30, 0, 10, 10), (), {})
    assert way.points == (Point(10, 5), Point(30, 5))
    assert way.middle == Point(20, 5)


def test_an_edge_follows_its_way_points_and_fixed_ends() -> None:
    style = {"exitX": "0.5", "exitY": "0", "entryX": "0", "entryY": "0.5"}
    way = route(Box(0, 50, 10, 10), Box(30, 0, 10, 10), (Point(5, 5),), style)
    assert way.points == (Point(5, 50), Point(5, 5), Point(30, 5))
