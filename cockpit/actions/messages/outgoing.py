"""What is to be told, before it is known where to."""

import msgspec


class Outgoing(msgspec.Struct, frozen=True):
    """A message as a person has written it."""

    name: str
    """Of the template, such as `Update`."""
    text: str
    title: str = ""
    """Its subject; empty: it has none."""
    incident: str = ""
    """The id."""
    severity: str = ""
    rank: int = 0
    """How far down the scheme the severity stands; 0 is the worst."""
    status: str = "investigating"
    """In the words of status pages."""
    audience: str = "internal"
    reference: str = ""
    """By which the target knows what it was told before of this incident; empty: it was told nothing."""
    missing: tuple[str, ...] = ()
    """What is still to be filled in."""
    way: str = ""
    """What the target is to do, where it can do several things: see `ways`."""
    argument: str = ""
    """What that needs: the level of an escalation."""

    @property
    def headline(self) -> str:
        """Give its title, or else its first line that says something."""
        lines = (line.strip(" *#") for line in self.text.splitlines())
        return self.title or next(filter(None, lines), self.name)
