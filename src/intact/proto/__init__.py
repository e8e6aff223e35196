"""Generated protocol buffer code. Only codec rooms import it."""
