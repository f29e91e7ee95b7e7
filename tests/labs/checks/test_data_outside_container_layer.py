from __future__ import annotations

from labs.checks.data_outside_container_layer import run
from sandbox.composefacts import ComposeData, Kept, Mount
from tests.labs.facts import context, service


def test_a_note_in_no_layer_passes_and_tells_what_is_mounted() -> None:
    services = (service("web", Mount("volume", "notes", "/data", False), Mount("volume", "", "/x", False, True)),)
    verdict = run(ComposeData((), services), context())
    assert verdict.status == "passed"
    assert "`notes` at `/data` of web; a volume without a name at `/x` of web" in verdict.found


def test_a_note_in_a_layer_fails_at_the_volumes() -> None:
    verdict = run(ComposeData((Kept("web", "/data/notes.txt"),), (service(),), (("web", 6),)), context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 6, "compose.yaml")
    assert verdict.found == "Found in `/data/notes.txt` in the layer of `web`"
