"""Cards say what is known of a strategy or a problem; anchors are what regret is measured by."""

from .card import Anchors, Facts, ProblemCard, Separation, StrategyCard

__all__ = ["Anchors", "Facts", "ProblemCard", "Separation", "StrategyCard"]
