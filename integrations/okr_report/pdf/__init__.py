"""PDF: a report typeset as a document for a board, by Typst from a wheel; asks no network.

A section joins in by a function and a file beside its view:

| part | holds |
|---|---|
| `pages(view, locale, header) -> dict` | what it prints, as texts, shares and flags |
| `section.typ` | `#let section(d) = [...]`: how, by the functions of `pdf/kit.typ` |

The first section may have `#let continued(d)` too: what its page has no room for, after the
contents. Colours and marks come from `okr_report.theme`.

What people wrote reaches Typst as JSON only and is never markup.
"""

from okr_report.pdf.document import Pdf, as_pdf

__all__ = ["Pdf", "as_pdf"]
