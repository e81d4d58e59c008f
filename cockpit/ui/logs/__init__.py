"""The logs pane: lines of many streams drawn, searched and followed."""
