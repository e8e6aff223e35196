"""Programs that measure Intact: `python -m benchmarks.speed`."""
