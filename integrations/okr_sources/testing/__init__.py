"""Testing: the contract suite that every source passes, ours and third parties'."""

from okr_sources.testing.asked import ask_for
from okr_sources.testing.contract import SourceContract
from okr_sources.testing.past import PastContract

__all__ = ["PastContract", "SourceContract", "ask_for"]
