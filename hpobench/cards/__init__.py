"""What is known of strategies and problems, and said of them: cards, anchors, and their texts."""

from .card import Anchors, Facts, ProblemCard, Separation, StrategyCard

__all__ = ["Anchors", "Facts", "ProblemCard", "Separation", "StrategyCard"]
