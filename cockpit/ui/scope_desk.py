"""What a person looks at: which context, which namespace."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace
from textual.app import App

from cockpit.reading import SourceError
from cockpit.session import Session
from cockpit.ui import dialogs
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker

ALL = "(all namespaces)"


class ScopeDesk:
    """Offers the contexts and namespaces there are, and points the session at the chosen one."""

    def __init__(self, app: App[None], session: Session, tell: Callable[[str, Tone], None]) -> None:
        self._app = app
        self._session = session
        self._tell = tell

    async def pick(self, part: str, changed: Callable[[], None]) -> None:
        """Ask for another `namespace` or `context`; `changed` is called before the session is pointed there."""
        if part == "context":
            await self._pick_context(changed)
        else:
            await self._pick_namespace(changed)

    async def _pick_namespace(self, changed: Callable[[], None]) -> None:
        """Ask for a namespace; a person who may not list them can still type its name."""
        context = self._session.scope.context
        picker = Picker("Namespace", [Choice(ALL)], current=self._session.namespace or ALL)
        picker.allow_typing("reading …")
        listing = asyncio.create_task(self._list_namespaces(picker))
        try:
            chosen = await dialogs.ask(self._app, picker)
        finally:
            listing.cancel()
        if chosen is not None and self._session.scope.context == context:
            changed()
            await self._session.look_at(replace(self._session.scope, namespace="" if chosen == ALL else chosen))

    async def _list_namespaces(self, picker: Picker) -> None:
        """Fill the list while it is open."""
        try:
            names = await self._session.namespaces()
        except SourceError as error:
            picker.allow_typing(f"{error.message}; type its name")
        else:
            picker.offer([Choice(ALL), *(Choice(name) for name in names)])

    async def _pick_context(self, changed: Callable[[], None]) -> None:
        """Ask for a context of the kubeconfig."""
        info = self._session.info
        if info is None:
            self._tell("no kubeconfig was read yet; `cockpit doctor` says why", "doubtful")
            return
        choices = [Choice(name, "protected" if self._session.protects(name) else "") for name in info.contexts]
        chosen = await dialogs.ask(self._app, Picker("Context", choices, current=info.context))
        if chosen is not None:
            changed()
            await self._session.look_at(replace(self._session.scope, context=chosen, namespace=None))
