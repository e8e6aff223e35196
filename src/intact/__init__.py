"""Intact measures what survives when one AI agent hands over to the next."""
