"""Flow `check-in`: a person says in Prefect's form where a key result stands."""

# No `from __future__ import annotations`: where a flow is sent to a process of its own, as Prefect
# does with one that is served, Prefect reads its parameters, and names in text would be lost.

from prefect import flow
from prefect.runtime import flow_run

from okr_core.errors import OkrError
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.checkin.recording import RecordedCheckIns
from okr_flows.forms.filled_in import said_in_form
from okr_flows.run.ending import RETRIES, RETRY_SECONDS, Refused, completed, unanswered
from okr_flows.run.here import marked_alone, run_name
from okr_flows.run.parameters import Sentence, Word, YesOrNo, misfit
from okr_flows.run.run_store import open_run_store, run_time


@flow(
    name="check-in",
    flow_run_name=run_name("Check in", "key_result"),
    description="Takes a check-in: where a key result stands, and how sure its target is.",
    persist_result=False,
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    timeout_seconds=300,
)
@marked_alone
def check_in_form(
    *,
    cycle: Word = "",
    person: Word = "",
    key_result: Word = "",
    value: Word = "",
    confidence: Word = "",
    note: Sentence = "",
    reason: Sentence = "",
    until: Word = "",
    sure: YesOrNo = False,
) -> RecordedCheckIns | Refused:
    """Say where a key result stands. Everyone with access to this server can read what you enter.

    The same as `okr checkin`. What is recorded says that it came through this form, where anybody
    may choose any name. A run that fails has recorded nothing; its log says why.

    Args:
        cycle: Id of the cycle, such as 2026-q4.
        person: Who says it.
        key_result: What it is about; of milestones the one that is meant.
        value: A number, a grade's word, or done; empty: confidence or note alone.
        confidence: How sure that the target will be reached, 0 to 10.
        note: What happened, what is next. Nothing that only some may read.
        reason: Why a value by hand, where a source is bound.
        until: Last day that a value by hand holds, where a source is bound, such as 2026-11-30.
        sure: Whether a value is meant that is far outside of what the key result is about.
    """
    given = {"cycle": cycle, "person": person, "key_result": key_result, "value": value}
    given |= {"confidence": confidence, "note": note, "reason": reason, "until": until}
    if wrong := misfit(**given, sure=sure):
        return unanswered(wrong)
    said = CheckInText(key_result, value, confidence, note, reason=reason, until=until)
    at = run_time(flow_run.scheduled_start_time)
    try:
        with said_in_form(open_run_store(), cycle, person, at, sure=sure) as (store, occasion):
            recorded = check_in(store, cycle, said, occasion)
    except OkrError as error:
        return unanswered(error)
    one = recorded.check_ins[0].check_in
    return completed(recorded, f"{one.name}: {'recorded' if recorded.new else 'recorded earlier'}")
