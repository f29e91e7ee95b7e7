"""What an operator can do about a program that failed during set-up, read from the program's own last lines."""

from __future__ import annotations

import re
import time

_KNOWN = (
    (
        r"not valid yet|not yet valid|certificate (has|is) expired|has expired|is expired",
        "This machine's clock says {now}. If that is wrong, set it (`timedatectl set-ntp true`) and start again.",
    ),
    (r"No space left on device|Disk quota exceeded", "The disk is full. Free some space and start again."),
    (r"Could not get lock|is another process using it", "Another program is using apt. Wait for it and start again."),
    (
        r"(?i)proxy.*(407|authentication|refused|unable)|(407|unable).*proxy",
        "Check the proxy in http_proxy and https_proxy.",
    ),
    (
        r"(?i)temporary failure (in name resolution|resolving)|could not resolve|name or service not known"
        r"|network is unreachable|connection timed out|no route to host|failed to establish a new connection"
        r"|(could not|unable to) connect to|failed to fetch",
        "This machine does not reach the network. Check the connection, or set http_proxy and https_proxy.",
    ),
    (
        r"(?i)keyring|NO_PUBKEY|couldn't be verified|no signature",
        "The keys of the Debian archive are missing. Install the package debian-archive-keyring and start again.",
    ),
    (
        r"Unable to locate package",
        "apt does not know the package. Check the machine's package sources (Ubuntu: turn on `universe`).",
    ),
)


def hint(output: str) -> str:
    """One sentence, or "" when the output says nothing that is known here."""
    for pattern, words in _KNOWN:
        if re.search(pattern, output):
            return words.format(now=time.strftime("%d %B %Y, %H:%M"))
    return ""
