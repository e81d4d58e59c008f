"""Which rights an action needs, and whether the person has them: asked before its key is offered."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from cockpit.actions.plan import Right, Verb
from cockpit.actions.resource import STATUS, Ref
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.rights import Rights


def rights_for(verb: Verb, ref: Ref) -> tuple[Right, ...]:
    """Name what one must be allowed to do; an empty name in `ref` stands for all objects of its kind."""
    match verb:
        case Verb.SCALE:
            return (_right("patch", ref, "scale"),)
        case Verb.RENEW:
            return (_right("patch", ref, STATUS),)
        case Verb.DELETE | Verb.FORCE_DELETE:
            return (_right("delete", Ref("Pod", "") if ref.kind == "Node" else ref),)
        case Verb.EVICT:
            return (_right("create", ref, "eviction"),)
        case Verb.DRAIN:
            return (_right("patch", ref), _right("create", Ref("Pod", ""), "eviction"))
        case _:
            return (_right("patch", ref),)


async def denial(rights: "Rights", wanted: Sequence[Right]) -> str:
    """Tell what may not be done, and what to type to see for oneself; empty: all may, or the server does not say.

    What is wanted of several objects is asked once for all of their kind.
    """
    from cockpit.sources.kubernetes.rights import Verdict  # noqa: PLC0415  (loads urllib3, which no frame waits for)

    several = len({right.name for right in wanted}) > 1
    asked = dict.fromkeys(msgspec.structs.replace(right, name="") if several else right for right in wanted)
    for right in asked:
        what = {
            "group": right.group,
            "subresource": right.subresource,
            "namespace": right.namespace,
            "name": right.name,
        }
        judged = await call_in_thread(partial(rights.may, right.verb, right.resource, **what))
        if judged.verdict is Verdict.DENIED:
            return f"{judged.why} ({judged.remedy})" if judged.remedy else judged.why
    return ""


def _right(verb: str, ref: Ref, subresource: str = "") -> Right:
    return Right(verb, ref.resource.group, ref.resource.plural, subresource, ref.namespace, ref.name)
