"""The keys that work everywhere."""

from textual.binding import Binding, BindingType

APP_BINDINGS: list[BindingType] = [
    Binding("i", "record('note')", "note", id="incident.note", tooltip="Write a note into the incident log"),
    Binding("S", "record('severity')", "severity", id="incident.severity", tooltip="Set the severity"),
    Binding("U", "record('status')", "status", id="incident.status", show=False, tooltip="Set the public status"),
    Binding("Q", "record('close')", "close", id="incident.close", show=False, tooltip="Close the incident, and stay"),
    Binding("H", "record('known')", "known", id="incident.known", show=False, tooltip="What is known: cause, times"),
    Binding(
        "B",
        "record('action items')",
        "action items",
        id="incident.action_items",
        show=False,
        tooltip="Action items, the backlog: what is to be done after the incident, by whom and when",
    ),
    Binding("u", "clocks", "due", id="incident.clocks", show=False, tooltip="What is due: it is done, or it may wait"),
    Binding(
        "D", "driver", "roles", id="incident.driver", show=False, tooltip="Say who types now, who leads, who does what"
    ),
    Binding("X", "outputs", "outputs", id="commands.outputs", show=False, tooltip="Commands that were run, and output"),
    Binding("M", "message", "tell people", id="incident.message", show=False, tooltip="Write a message to people"),
    Binding("r", "record('report')", "report", id="incident.report", show=False, tooltip="Write the report to a file"),
    Binding("e", "capture", "evidence", id="incident.evidence", show=False, tooltip="Keep this pane as evidence"),
    Binding("R", "retry", "retry", id="app.retry", show=False, tooltip="Try now what failed: saving and reading"),
    Binding("N", "scope('namespace')", "namespace", id="scope.namespace", show=False, tooltip="Choose the namespace"),
    Binding("C", "scope('context')", "context", id="scope.context", show=False, tooltip="Choose the context"),
    Binding("a", "act", "act", id="action.offer", tooltip="What can be done to what is under the cursor"),
    Binding(
        "W", "writes", "writes", id="action.writes", show=False, tooltip="Allow the cockpit to write, or forbid it"
    ),
    Binding("F", "forwards", "ports", id="action.forwards", show=False, tooltip="Ports of the cluster on this machine"),
    Binding("right", "kind(1)", "next kind", id="kind.next", show=False, tooltip="Next kind: workloads, nodes, …"),
    Binding("left", "kind(-1)", "kind before", id="kind.previous", show=False, tooltip="The kind before"),
    Binding("K", "pick_kind", "kinds", id="kind.pick", show=False, tooltip="Choose a kind: workloads, nodes, events …"),
    Binding("m", "messages", "messages", id="app.messages", show=False, tooltip="What the cockpit told lately"),
    Binding("colon,ctrl+p", "commands", "commands", id="app.commands", show=False, tooltip="Every command by name"),
    Binding("question_mark", "help", "help", id="app.help", tooltip="The keys that work here"),
    Binding("ctrl+l", "redraw", "redraw", id="app.redraw", show=False, tooltip="Paint the whole screen again"),
    Binding("q,ctrl+c", "leave", "leave", id="app.leave", show=False, tooltip="Leave the cockpit"),
]
