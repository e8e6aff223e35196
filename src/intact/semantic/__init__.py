"""Embedders: where they come from, and what keeps them from doing harm.

    models    a name -> a function from texts to vectors: packages that carry their weights
    patient   a `Coder` that an agent waits for only so long

Optional: no model and not even numpy is imported before an embedder is used. Left to others: what
codes are (`intact.fingerprint.meaning`), and how near two of them count as the same
(`intact.measure.likeness`).
"""

from intact.semantic.models import NAMES, Named, is_embedder, load
from intact.semantic.patient import PatientCoder

__all__ = ["NAMES", "Named", "PatientCoder", "is_embedder", "load"]
