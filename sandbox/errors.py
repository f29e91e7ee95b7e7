"""The platform's own failures. A learner's failure and a limit hit are values in `facts`, never exceptions."""


class SandboxError(Exception):
    """The platform failed: the engine died, the disk is full, a bug. Never costs a learner an attempt."""


class LeaseLost(SandboxError):
    """The supervisor or the engine went away while a submission held its slot."""
