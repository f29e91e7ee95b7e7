"""Wiring only. Empty, because set-up runs `config.setup` before any package is installed."""
