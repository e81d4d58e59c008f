"""The practice world: servers on loopback that break in known ways. It speaks to the cockpit over sockets only."""
