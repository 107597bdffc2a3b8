"""The one error that a user can cause."""


class InputError(Exception):
    """What a user gave can't be used; its text is one line: what was wrong, the value, the mend."""
