"""The values of a configuration, checked to have the type that a caller needs."""

from ..space import Config


def real(config: Config, name: str) -> float:
    """Return the value of a real parameter."""
    value = config[name]
    assert isinstance(value, float)
    return value


def whole(config: Config, name: str) -> int:
    """Return the value of a parameter that holds whole numbers."""
    value = config[name]
    assert isinstance(value, int)
    return value
