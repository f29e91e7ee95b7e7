"""`stack-serves`: the project comes up, and the service that the brief names answers. `serves` under another id."""

from __future__ import annotations

from labs.checks import serves
from labs.checks.base import Check
from sandbox.composefacts import ComposeUp

CHECK = Check("stack-serves", ComposeUp, serves.run)
