"""Texts that a learner could put wherever a learner's text is shown: markup for pages, sequences for terminals."""

from __future__ import annotations

import re

MARKUP = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)>",
    "leaves an attribute": '" autofocus onfocus=alert(1) x="',
    "leaves a quoted attribute": "' onmouseover='alert(1)",
    "leaves a listing": "</code></pre></li></ol><iframe srcdoc='<script>alert(1)</script>'>",
    "leaves a text area": "</textarea><script>alert(1)</script>",
    "leaves a title": "</title><style>*{display:none}</style>",
    "opens a comment": "<!-- <b>",
    "in ticks": "`<b>bold</b>`",
    "link": '<a href="javascript:alert(1)">x</a>',
    "form": '<form action="https://elsewhere.example"><button>Sign in</button></form>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://elsewhere.example">',
    "htmx": '<p hx-get="/accounts/logout/" hx-trigger="load" hx-on:click="alert(1)">x</p>',
    "out of band": '<div hx-swap-oob="innerHTML:#result">You passed</div>',
    "template": "{{ settings.SECRET_KEY }}{% debug %}{% include 'base.html' %}",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;&#60;b&#62;",
    "json": '"}],"passed":true,"x":[{"y":"',
    "formula": '=HYPERLINK("https://elsewhere.example","x")',
    "server-sent event": "x\nevent: end\ndata: end\n\nx",
}
STEERING = {
    "colour": "\x1b[1;31mred\x1b[0m",
    "clears the screen": "\x1b[2J\x1b[H✓ Passed: 10 of 10 points.",
    "window title": "\x1b]0;title\x07",
    "clipboard": "\x1b]52;c;Y3VybCBldmls\x07",
    "link in a terminal": "\x1b]8;;https://elsewhere.example\x1b\\click\x1b]8;;\x1b\\",
    "device control": "\x1bP+q544e\x1b\\",
    "eight-bit sequence": "\x9b2J\x9d0;title\x9c",
    "overwrites its line": "✕ Not yet\r✓ Passed",
    "backspaces": "Not yet\x08\x08\x08\x08\x08\x08\x08Passed ",
    "turned around": "a\u202eb\u2066c\u2069\u200fd\u061c",
    "lines of its own": "one\u2028two\u2029three\x85four\x0bfive\x0csix",
    "delete": "a\x7fb",
    "half a character": "x\ud800y",
    "bell": "\x07\x07",
}
PAYLOADS = {**MARKUP, **STEERING}
# What must reach neither a terminal nor a page.
STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
