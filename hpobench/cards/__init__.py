"""What is known of each strategy and problem: cards, and the anchors that regret is measured by."""

from .card import Anchors, Facts, ProblemCard, Separation, StrategyCard

__all__ = ["Anchors", "Facts", "ProblemCard", "Separation", "StrategyCard"]
