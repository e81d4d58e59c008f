"""Asks who types from now on."""

from typing import Any

from textual.app import App

from cockpit.observer.attendance import Attendance
from cockpit.text import clean
from cockpit.ui.dialogs import ask
from cockpit.ui.widgets.picker import Choice, Picker
from cockpit.ui.widgets.question import Question

_ANOTHER = "somebody else"
_TITLE = "Who types now?"


async def ask_driver(app: App[Any], attendance: Attendance) -> str | None:
    """Ask who types: one of those who are attached, or a name; None when the person goes back."""
    login = attendance.login
    known = {client.name: client.how for client in attendance.clients} | {login.name: login.how}
    choices = [Choice(clean(name), clean(how)) for name, how in known.items()]
    chosen = await ask(app, Picker(_TITLE, [*choices, Choice(_ANOTHER, "asks for the name")], attendance.driver))
    if chosen != _ANOTHER:
        return chosen
    return await app.push_screen_wait(Question(_TITLE, hint="the name goes into the log, beside the login"))
