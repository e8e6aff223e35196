"""The nouns of Intact: contexts, facts, fingerprints, measurements.

Everything here is an immutable value without behaviour beyond looking at itself. This room
imports nothing but the standard library, so that every other room may import it.
"""
