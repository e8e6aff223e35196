"""What people and programs may ask a running collector: page, API, metrics, health.

In: a `View`, which the host keeps. Out: one ASGI app. This room reads; it changes nothing, knows
neither the store nor the pipeline, and never sees content, since the collector holds none.
"""

from intact_collector.serve.app import application
from intact_collector.serve.view import Page, Query, View

__all__ = ["Page", "Query", "View", "application"]
