"""How the program in a container uses the database: as whom it connects, and what its connections do."""

import msgspec

Step = str | float
"""A statement, or seconds in which the program does something else with the connection in its hand. `{customer}`,
`{order}` and `{item}` stand for the number of any of them."""


class Habit(msgspec.Struct, frozen=True):
    """What connections do, again and again."""

    steps: tuple[Step, ...]
    every: float = 1.0
    """Seconds between two rounds."""
    connections: int = 1
    leaks: bool = False
    """Each round takes a connection of its own and never gives it back."""
    gives_up: bool = False
    """When it fails, it is not tried again."""


class DatabaseUse(msgspec.Struct, frozen=True):
    """How a container uses the database."""

    role: str
    """As whom it logs in; also the name of the application."""
    migrations: tuple[str, ...] = ()
    """Statements that it runs each time it starts, before anything else."""
    habits: tuple[Habit, ...] = ()
