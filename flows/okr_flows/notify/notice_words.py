"""Words of a notice: templates that Prefect fills in when an automation fires; pure.

An event of ours brings its own words: `text`, and where it has them a `subject` and `html`. A run
that broke brings none; then its state speaks.
"""

from __future__ import annotations

HTML_BLOCKS = frozenset({"sendgrid-email"})
"""Types of notification blocks that send their text as HTML; all others send it as it is."""

_SUBJECT = (
    "{% if event.payload.subject %}{{ event.payload.subject }}"
    "{% else %}OKR CYCLE: a {{ (flow.name | default('run')).split('-')[0] }} needs attention"
    "{% endif %}"
)
"""A sync, a score or a report, by the first word of the flow's name."""
_TEXT = (
    "{% if event.payload.text %}{{ event.payload.text }}"
    "{% else %}{{ flow_run.name }} ended {{ flow_run.state.name }}: "
    "{{ flow_run.state.message }}{% endif %}"
    "{% if flow_run | ui_url %}\n{{ flow_run | ui_url }}{% endif %}"
)
_HTML = (
    "{% if event.payload.html %}{{ event.payload.html }}"
    '{% else %}<pre style="font: inherit; white-space: pre-wrap">{% filter escape %}'
    + _TEXT
    + "{% endfilter %}</pre>{% endif %}"
)


def subject_of(cycle: str) -> str:
    """Template of a notice's subject."""
    return _SUBJECT.replace("CYCLE", cycle)


def body_for(block: str) -> str:
    """Template of a notice's body.

    Args:
        block: Name of a notification block with its type, such as `slack-webhook/growth`.
    """
    return _HTML if block.partition("/")[0] in HTML_BLOCKS else _TEXT
