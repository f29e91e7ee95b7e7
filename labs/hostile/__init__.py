"""Attacks that need a grade, a row or a page; what needs the sandbox alone is in `sandbox.hostile`."""
