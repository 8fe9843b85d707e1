"""Flow `decide`: a person answers in Prefect's form what waits for them."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

from prefect import flow
from prefect.runtime import flow_run

from okr_core.errors import InputError, OkrError
from okr_flows.decide.answers import Answered, answer
from okr_flows.decide.case import Given
from okr_flows.forms.filled_in import said_in_form
from okr_flows.run.ending import RETRIES, RETRY_SECONDS, Refused, completed, unanswered
from okr_flows.run.here import marked_alone, run_name
from okr_flows.run.parameters import Sentence, Word, YesOrNo, misfit
from okr_flows.run.run_store import open_run_store, run_time


@flow(
    name="decide",
    flow_run_name=run_name("Decide", "question"),
    description="Takes an answer to what waits for a person.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=300,
)
@marked_alone
def decide_form(
    *,
    cycle: Word = "",
    person: Word = "",
    question: Word = "",
    reply: Word = "",
    note: Sentence = "",
    reason: Sentence = "",
    sure: YesOrNo = False,
) -> Answered | Refused:
    """Answer what waits for you. Everyone with access to this server can read what you enter.

    The same as `okr decide`. What is recorded says that it came through this form, where anybody
    may choose any name: approvals and proposals take no answer here. A run that fails has recorded
    nothing; its log says why.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        person: Who answers.
        question: Its id, such as Q4K7M; report, digest and the page of a sync show it.
        reply: One of those that it takes, such as accept; with its value where it has one.
        note: What is to be said about it. Nothing that only some may read.
        reason: Why; of a hypothesis what shows it.
        sure: Whether a value is meant that is far outside of what the key result is about.
    """
    given = {"cycle": cycle, "person": person, "question": question, "reply": reply}
    if wrong := misfit(**given, note=note, reason=reason, sure=sure):
        return unanswered(wrong)
    words = Given(tuple(reply.split()), reason=reason, note=note)
    at = run_time(flow_run.scheduled_start_time)
    try:
        if not question.strip():
            raise InputError("no question is named.", hint="Give its id in `question`.")
        with said_in_form(open_run_store(), cycle, person, at, sure=sure) as (store, occasion):
            done = answer(store, cycle, question.strip(), words, occasion=occasion)
    except OkrError as error:
        return unanswered(error)
    return completed(done, f"{done.entry.id} ({done.entry.name}) is answered")
