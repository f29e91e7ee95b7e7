#!/usr/bin/env python
"""Django's command line; nothing else."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from sandbox.engine.entry import begin

if __name__ == "__main__":
    begin()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
