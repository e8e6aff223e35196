"""Test your agents' handoffs: an in-memory collector, a fake clock, one assertion.

    from intact.testing import Collector, assert_intact

    def test_the_deadline_survives():
        with Collector() as collector:
            support_flow(...)
        assert_intact(collector, source="triage", target="billing", must_keep=["refund_by"])

With pytest the same collector is there as the fixture ``intact_collector``. It needs the
collector (``pip install 'intact[collector]'``), starts no server and touches no file.
"""

from intact.testing.assertion import assert_intact
from intact.testing.clock import Clock
from intact.testing.collector import Collector

__all__ = ["Clock", "Collector", "assert_intact"]
