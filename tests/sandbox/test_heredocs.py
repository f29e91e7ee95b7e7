"""Which heredocs a line opens. What is here of `<<` and white space was tried on Docker 28.5 (BuildKit 0.25)."""

from __future__ import annotations

import pytest

from sandbox.heredocs import opened_by

Found = list[tuple[str, bool, bool]]  # name, expand, spaced


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cat <<EOF", [("EOF", True, False)]),
        ("cat << 'EOF'", [("EOF", False, True)]),
        ('cat <<  "E"OF', [("EOF", False, True)]),
        ("cat <<\tEOF", [("EOF", True, True)]),
        ("cat <<\rEOF", [("EOF", True, True)]),
        ("<< EOF cat", [("EOF", True, True)]),
        ("cat 3<< EOF <&3", [("EOF", True, True)]),
        ("cat <<A <<  B", [("A", True, False), ("B", True, True)]),
        ("cat << 'A B'", [("A B", False, True)]),
        ("cat << - EOF", [("-", True, True)]),
        ("cat << #EOF", [("#EOF", True, True)]),
        ("echo $((1 << 2))", [("2))", True, True)]),
        ("cat <<- <<EOF", [("EOF", True, False)]),
        ('cat "<<" <<EOF', [("EOF", True, False)]),
        ("cat <<< <<EOF", [("EOF", True, False)]),
        ("cat << <<<EOF <<EOF", [("EOF", True, False)]),
        ("cat < < EOF", []),
        ("cat <<- EOF", []),
        ("echo a<< EOF", []),
        ("echo a<< <<EOF", []),
        ("echo $v<< <<EOF", []),
        ("echo ''<< <<EOF", []),
        ("cat << <<EOF", []),
        ("cat <<<< <<EOF", []),
        ("cat <<< EOF", []),
        ('echo "<<" EOF', []),
        ("echo '<< EOF'", []),
        ("cat \\<< EOF", []),
        ("cat <<\x0bEOF", []),
        ("cat <<\x0cEOF", []),
        ("cat <<\xa0EOF", []),
        ("cat << \xa0EOF", []),
        ("cat << ", []),
    ],
)
def test_white_space_after_the_sign_belongs_to_the_word_as_buildkit_reads_it(words: str, found: Found) -> None:
    assert [(h.name, h.expand, h.spaced) for h in opened_by(f"RUN {words}")] == found
