"""A terminal that is gone, as when SSH drops, loses no note that is being typed."""

from pathlib import Path

from support.terminal import StartInTerminal


def test_what_was_being_typed_is_there_in_the_next_terminal(start_in_terminal: StartInTerminal, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "COCKPIT_INCIDENT_DIRECTORY": str(tmp_path / "incidents")}
    command = ("-m", "cockpit", "--kubeconfig", "/nowhere")
    dropped = start_in_terminal(*command, size=(160, 45), env=home)
    dropped.wait_for("Acknowledge")
    dropped.feed(b"i")
    dropped.wait_for(" note ")
    dropped.feed(b"saved\r")
    dropped.wait_for("saved: saved")
    dropped.feed(b"i")
    dropped.wait_for(" note ")
    dropped.feed(b"half a thought")
    dropped.wait_for("half a thought")
    dropped.hang_up()
    dropped.exit_status_unread()
    again = start_in_terminal(*command, "--join", size=(160, 45), env=home)
    again.wait_for("a note was being typed")
    again.feed(b"i")
    again.wait_for("half a thought")
