"""What all strategies that wrap a library have in common."""

from .adapter import Adapter
from .flat import Flat, Number, from_number, to_number

__all__ = ["Adapter", "Flat", "Number", "from_number", "to_number"]
