"""Documents: the shape of everything that `--format json` prints, one type per document.

Ratios are numbers rounded half-even to 6 places, measured values decimal strings, times ISO 8601
in UTC. A document's `schema` names it and its version; `okr schema NAME` prints its JSON Schema.
"""
