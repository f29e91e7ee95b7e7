"""What can be wrong with the lesson's own files."""


class ContentError(Exception):
    """A content file breaks a rule; the message names the file and the 1-based line."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
