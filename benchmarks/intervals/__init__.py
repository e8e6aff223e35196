"""Do the intervals hold what they say? See `__main__`."""
