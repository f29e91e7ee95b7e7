"""The web server's way in."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from config.patience import Patience

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = Patience(get_asgi_application())
