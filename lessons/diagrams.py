"""A `.drawio` file → accessible inline SVG. The file that people edit is the only source of the picture.

What is understood: boxes (`rounded=1`, `shape=cylinder3`), plain text, edges with way-points and labels, links and
tool tips on a `UserObject`, and one key of our own in a style: `slipway=image` becomes the class `d-image`, so that the
colours come from the page's style sheet and follow light and dark. The tool tip of the root cell describes the whole.
The file's second page is the same picture for a narrow screen.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from lessons.errors import ContentError
from lessons.routes import Box, Point, route

LINE_HEIGHT, MARGIN = 18, 12
ROLE = "slipway"
NOWHERE = Point(0, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    id: str
    label: str
    style: dict[str, str]
    box: Box
    link: str = ""
    tip: str = ""
    parent: str = "1"
    ends: tuple[str, str] = ("", "")  # of an edge: source and target
    points: tuple[Point, ...] = ()
    offset: Point = NOWHERE  # of an edge's label

    @property
    def is_edge(self) -> bool:
        return self.ends != ("", "")


@dataclass(frozen=True, slots=True)
class Diagram:
    name: str
    title: str
    description: str
    svg: str
    narrow: str  # for screens on which the first page would be cut; "" without a second page
    links: tuple[tuple[str, str], ...] = field(default=())  # (anchor, label) of the parts, as they stand in the file


def read(path: Path) -> Diagram:
    """Render the first page of the file. ContentError when it is not a plain (uncompressed) drawio file."""
    pages = _xml(path).findall("diagram")
    models = [model for page in pages if (model := page.find("mxGraphModel/root")) is not None]
    if not models or len(models) < len(pages):
        raise ContentError(path.name, 1, "no page that is saved uncompressed (File → Properties → Compressed off)")
    cells = [cell for element in models[0] if (cell := _cell(element)) is not None]
    title, about = pages[0].get("name", path.stem), next((c.tip for c in cells if c.id == "0"), "")
    if not about:
        raise ContentError(path.name, 1, "the root cell needs a tooltip that describes the diagram in words")
    parts = _parts(models[0])
    links = tuple((cell.link.removeprefix("#"), cell.label.split("\n")[0]) for cell in parts if cell.link)
    narrow = _svg(f"{path.stem}-narrow", title, about, _parts(models[1])) if len(models) > 1 else ""
    return Diagram(path.stem, title, about, _svg(path.stem, title, about, parts), narrow, links)


def _parts(model: ET.Element) -> list[Cell]:
    cells = [cell for element in model if (cell := _cell(element)) is not None]
    return [cell for cell in cells if cell.box.width or cell.is_edge]


def _xml(path: Path) -> ET.Element:
    try:
        return ET.fromstring(path.read_text("utf-8"))  # noqa: S314  # a file of the repository, not of a learner
    except ET.ParseError as error:
        raise ContentError(path.name, error.position[0], f"this is not XML: {error}") from error


def _cell(element: ET.Element) -> Cell | None:
    cell = element.find("mxCell") if element.tag == "UserObject" else element
    if cell is None:
        return None
    geometry = cell.find("mxGeometry")
    place = {key: float(geometry.get(key, 0)) for key in ("x", "y", "width", "height")} if geometry is not None else {}
    points = geometry.findall("Array/mxPoint") if geometry is not None else []
    offset = geometry.find("mxPoint[@as='offset']") if geometry is not None else None
    return Cell(
        id=element.get("id", ""),
        label=element.get("label") or cell.get("value") or "",
        style=_style(cell.get("style", "")),
        box=Box(place.get("x", 0), place.get("y", 0), place.get("width", 0), place.get("height", 0)),
        link=element.get("link", ""),
        tip=element.get("tooltip", ""),
        parent=cell.get("parent", ""),
        ends=(cell.get("source", ""), cell.get("target", "")),
        points=tuple(map(_point, points)),
        offset=_point(offset) if offset is not None else NOWHERE,
    )


def _point(element: ET.Element) -> Point:
    return Point(float(element.get("x", 0)), float(element.get("y", 0)))


def _style(text: str) -> dict[str, str]:
    return {key: value or "1" for key, _, value in (one.partition("=") for one in text.split(";") if one)}


def _svg(name: str, title: str, about: str, parts: list[Cell]) -> str:
    boxes = {cell.id: cell.box for cell in parts if not cell.is_edge}
    width = max(box.x + box.width for box in boxes.values()) + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    key = "d-" + name.replace(".", "-")
    drawn = [_edge(cell, boxes, key) if cell.is_edge else _part(cell) for cell in parts]
    return (
        f'<svg class="diagram" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="group" '
        f'aria-labelledby="{key}-title" aria-describedby="{key}-about">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-about">{escape(about)}</desc>'
        f'<defs><marker id="{key}-arrow" class="d-arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>'
        f"{''.join(drawn)}</svg>"
    )


def _part(cell: Cell) -> str:
    role = cell.style.get(ROLE, "plain")
    inner = _shape(cell) + _label(cell)
    if not cell.link:
        return f'<g class="d-part d-{escape(role)}">{inner}</g>'
    said = escape(f"{' '.join(cell.label.split())}: {cell.tip}" if cell.tip else " ".join(cell.label.split()))
    return f'<a class="d-part d-{escape(role)}" href="{escape(cell.link)}" aria-label="{said}">{inner}</a>'


def _shape(cell: Cell) -> str:
    box = cell.box
    if "text" in cell.style:
        return ""
    if cell.style.get("shape") == "cylinder3":
        curve = 8
        top, bottom, right = box.y + curve, box.y + box.height - curve, box.x + box.width
        arc = f"A{box.width / 2:g} {curve} 0 0 1"
        back = f"A{box.width / 2:g} {curve} 0 0 0"
        return (
            f'<path d="M{box.x:g} {top:g}{arc} {right:g} {top:g}V{bottom:g}{arc} {box.x:g} {bottom:g}Z"/>'
            f'<path class="d-rim" d="M{box.x:g} {top:g}{back} {right:g} {top:g}"/>'
        )
    corner = 8 if cell.style.get("rounded") == "1" else 0
    dashed = ' class="d-dashed"' if cell.style.get("dashed") == "1" else ""
    return f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{corner}"{dashed}/>'


def _label(cell: Cell) -> str:
    """Lines of text: in the middle of a box, at the top of one with `verticalAlign=top`; the first line leads."""
    lines = [line for line in cell.label.split("\n") if line.strip()]
    box, left = cell.box, cell.style.get("align") == "left"
    x = box.x + 12 if left else box.x + box.width / 2
    y = box.y + box.height / 2 - (len(lines) - 1) * LINE_HEIGHT / 2 + 5
    if cell.style.get("verticalAlign") == "top":
        y = box.y + 22
    anchor = "start" if left else "middle"
    name = "" if "text" in cell.style else ' class="d-name"'
    return " ".join(  # a space between the lines: names are read, and compared, as text
        f'<text x="{x:g}" y="{y + at * LINE_HEIGHT:g}" text-anchor="{anchor}"{"" if at else name}>{escape(line)}</text>'
        for at, line in enumerate(lines)
    )


def _edge(cell: Cell, boxes: dict[str, Box], key: str) -> str:
    source, target = boxes[cell.ends[0]], boxes[cell.ends[1]]
    way = route(source, target, cell.points, cell.style)
    drawn = " ".join(f"{point.x:g},{point.y:g}" for point in way.points)
    start = f' marker-start="url(#{key}-arrow)"' if cell.style.get("startArrow", "none") != "none" else ""
    line = f'<polyline points="{drawn}" marker-end="url(#{key}-arrow)"{start}/>'
    if not cell.label:
        return f'<g class="d-edge">{line}</g>'
    x, y = way.middle.x + cell.offset.x, way.middle.y - 6 + cell.offset.y
    return f'<g class="d-edge">{line}<text x="{x:g}" y="{y:g}" text-anchor="middle">{escape(cell.label)}</text></g>'
