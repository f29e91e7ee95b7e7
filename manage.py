#!/usr/bin/env python
"""Django's command line; nothing else."""

from __future__ import annotations

import os
import secrets
import sys

from django.core.management import execute_from_command_line

from sandbox.engine.entry import begin

if __name__ == "__main__":
    begin()
    if sys.argv[1:2] == ["doctor"]:  # signs nothing, and must also run for a user who may not read the secret
        os.environ["SLIPWAY_SECRET_KEY"] = secrets.token_urlsafe(48)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
