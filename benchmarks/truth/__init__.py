"""Whether the number means something: `python -m benchmarks.truth`."""
