"""Sessions as people and programs read them. Values in, text out: no I/O.

`document` is the shape that the API, `intact report --json` and the store share; text and Markdown
are made from documents, so that a session reads the same wherever it comes from.
"""

from intact_collector.report.document import document, to_bytes, to_json
from intact_collector.report.markdown import to_markdown
from intact_collector.report.text import to_text

__all__ = ["document", "to_bytes", "to_json", "to_markdown", "to_text"]
