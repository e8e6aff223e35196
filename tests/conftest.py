"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine is no failing test: no example is timed. What fails prints how to repeat it. In CI
# a change is judged on the same examples each time; at a desk there are new ones in every run.
settings.register_profile(
    "intact",
    deadline=None,
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("intact")
