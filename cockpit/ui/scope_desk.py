"""What a person looks at: which context, which namespace."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from textual.app import App

from cockpit.reading import SourceError
from cockpit.session import Session
from cockpit.ui.picker import Choice, Picker
from cockpit.ui.tones import Tone

ALL = "(all namespaces)"


class ScopeDesk:
    """Offers the contexts and namespaces there are, and points the session at the chosen one."""

    def __init__(self, app: App[None], session: Session, tell: Callable[[str, Tone], None]) -> None:
        self._app = app
        self._session = session
        self._tell = tell

    async def pick_namespace(self, changed: Callable[[], None]) -> None:
        """Ask for a namespace; a person who may not list them can still type its name."""
        scope = self._session.scope
        try:
            names: Sequence[str] = await self._session.namespaces()
        except SourceError as error:
            self._tell(f"namespaces: {error.message}; type the name", "doubtful")
            names = ()
        choices = [Choice(ALL), *(Choice(name) for name in names)]
        chosen = await self._app.push_screen_wait(
            Picker("Namespace", choices, current=scope.namespace or ALL, free=not names)
        )
        if chosen is not None:
            changed()
            await self._session.look_at(replace(scope, namespace="" if chosen == ALL else chosen))

    async def pick_context(self, changed: Callable[[], None]) -> None:
        """Ask for a context of the kubeconfig."""
        info = self._session.info
        if info is None:
            self._tell("no kubeconfig was read yet; `cockpit doctor` says why", "doubtful")
            return
        choices = [Choice(name, "protected" if self._session.protects(name) else "") for name in info.contexts]
        chosen = await self._app.push_screen_wait(Picker("Context", choices, current=info.context))
        if chosen is not None:
            changed()
            await self._session.look_at(replace(self._session.scope, context=chosen, namespace=None))
