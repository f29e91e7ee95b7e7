"""A verdict's words on a page: what stands between backticks is code, a new line is a new line, all else is text."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_CODE = re.compile(r"`([^`\n]+)`")


@register.filter
def ticked(text: str) -> SafeString:
    html = _CODE.sub(r"<code>\1</code>", escape(text)).replace("\n", "<br>")
    return mark_safe(html)  # noqa: S308  # escaped above, then only tags of ours are added
