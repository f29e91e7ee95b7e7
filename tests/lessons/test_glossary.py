from __future__ import annotations

from lessons.glossary import Linker, Term

LAYER = Term("layer", "term-layer", "<p>A difference.</p>", ("layer", "layers"))
BIND = Term("bind mount", "term-bind-mount", "", ("bind mount",))


def test_the_first_use_is_linked_and_no_other() -> None:
    linker = Linker((LAYER,))
    assert linker("<p>Layers and a layer.</p>") == '<p><a class="term" href="#term-layer">Layers</a> and a layer.</p>'
    assert linker("<p>A layer.</p>") == "<p>A layer.</p>"
    assert linker.linked == ["layer"]


def test_code_links_and_headings_stay_as_they_are() -> None:
    html = '<h3>Layer</h3><pre><span>layer</span></pre><p><code>layer</code> <a href="#x">layer</a></p>'
    assert Linker((LAYER,))(html) == html


def test_a_part_of_a_word_is_no_use_of_it() -> None:
    assert Linker((LAYER,))("<p>A player.</p>") == "<p>A player.</p>"


def test_the_longer_name_wins() -> None:
    mount = Term("mount", "term-mount", "", ("mount",))
    assert "#term-bind-mount" in Linker((mount, BIND))("<p>A bind mount.</p>")
