"""The screen: Textual panes that render readings and send a person's wishes on."""
