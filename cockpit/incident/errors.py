"""What goes wrong with an incident file."""


class IncidentFileError(Exception):
    """The record cannot be kept or read. Says what failed, and what to type to mend it."""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        """Say what failed and, if there is something, what to type to mend it."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    @property
    def in_full(self) -> str:
        """Both in one line."""
        return f"{self.message} (try: {self.remedy})" if self.remedy else self.message


class NoRoomError(IncidentFileError):
    """The disk is full, or cannot be written; something smaller may still fit."""


class InputError(IncidentFileError):
    """What was asked to be written down makes no sense; nothing was written."""
