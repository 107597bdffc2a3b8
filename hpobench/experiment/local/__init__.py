"""Runs in processes of this machine; a process is ended together with what it has started."""
