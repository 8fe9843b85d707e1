"""Cases: a question that waits for a person, and the answer as they give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okr_core.errors import InputError, RefusalError
from okr_core.open.entry import OpenEntry
from okr_core.open.kinds import KINDS
from okr_core.plan.acting import CHOSEN, Occasion
from okr_core.plan.revision import ReasonClass
from okr_core.snapshot import Snapshot

if TYPE_CHECKING:
    from okr_store import Store


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a person gives it; what is empty was not said.

    Attributes:
        words: The answer, such as `accept`, or `correct` and a value.
        reason: Why; of a hypothesis what shows it.
        note: What is to be said besides.
        reason_class: Why what was agreed changes, where a proposal changes it.
    """

    words: tuple[str, ...]
    reason: str = ""
    note: str = ""
    reason_class: ReasonClass | None = None

    @property
    def word(self) -> str:
        """The answer without what belongs to it."""
        return self.words[0].lower() if self.words else ""

    @property
    def said(self) -> str:
        """Note or reason, whichever was given."""
        return self.note.strip() or self.reason.strip()


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the answer to it."""

    store: Store
    cycle: str
    snapshot: Snapshot
    entry: OpenEntry
    given: Given
    occasion: Occasion

    def refuse_other_words(self) -> None:
        """Refuse what is none of the answers that it takes."""
        known = [each.word for each in self.entry.answers]
        words = [word.partition(" ")[0] for word in known]
        blanks = {"VALUE", "ZONE"} & set(words)
        if blanks or self.given.word in words:
            return
        if not any(words):
            raise InputError(
                f"`{self.entry.id}` ({self.entry.name}) takes no answer: {self.entry.asks}",
                hint=f"Run {self.entry.answers[0].command.code}.",
            )
        said = f"`{' '.join(self.given.words)}` is no answer to" if self.given.words else "answer"
        why = f" {self.entry.fix}" if self.entry.kind == "revision" and self.entry.fix else ""
        raise InputError(
            f"{said} `{self.entry.id}` ({self.entry.name}).{why}", hint=f"{self.commands()}."
        )

    def refuse_chosen_name(self) -> None:
        """Refuse an approval by somebody of whom nothing but a name is known."""
        if KINDS[self.entry.kind].approves and self.occasion.actor.via in CHOSEN:
            raise RefusalError(
                f"`{self.entry.id}` ({self.entry.name}) is an approval, which no form takes: "
                "anybody may choose any name there.",
                hint=f"{self.commands()}.",
            )

    def commands(self) -> str:
        """The commands that answer it, as a hint."""
        return " or ".join(each.command.code for each in self.entry.answers)

    def command(self) -> str:
        """The command that gives the answer that was begun."""
        word = self.given.word
        found = (each for each in self.entry.answers if each.word.partition(" ")[0] == word)
        return next(found, self.entry.answers[0]).command.code
