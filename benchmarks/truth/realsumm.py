"""Facts of an article in a summary of it, judged by people: V6 and V7.

The sender holds one fact as a sentence; the receiver is given the summary. A fact is kept when
most raters found its meaning there. Retention of a summary is the share of its facts kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from benchmarks.truth.auc import Floats, auc, mean, spearman
from benchmarks.truth.figures import Findings, Table, counted, figure
from benchmarks.truth.product import CAPPED, fingerprint, found, support_of_text
from benchmarks.truth.records import Record
from intact.model.facts import Kind


def judge(records: Sequence[Record]) -> Findings:
    """Figures V6 and V7, and outcomes of sentences by label."""
    scores, labels, groups = [], [], []
    measured, truth, documents = [], [], []
    outcomes = []
    unanimous = []
    known_texts = {fact["text"] for record in records for fact in record["sent"]}
    known_sides = {text: fingerprint(text) for text in known_texts}
    for record in records:
        received = fingerprint(record["received"])
        here = []
        for fact in record["sent"]:
            known = known_sides[fact["text"]]
            support = support_of_text(known, received)
            here.append(0.5 if support is None else support)
            labels.append(float(fact["kept"]))
            groups.append(record["group"])
            unanimous.append(len(set(fact["votes"])) == 1)
            outcomes += [
                ("kept" if fact["kept"] else "lost", finding.outcome.value)
                for part, finding in found(known, received)
                if part.kind is Kind.SENTENCE
            ]
        scores += here
        measured.append(fmean(here))
        truth.append(record["label"]["retained"])
        documents.append(record["group"])
    score, label, sure = np.array(scores), np.array(labels), np.array(unanimous, dtype=np.float64)
    ours, theirs = np.array(measured), np.array(truth)
    within = _within(ours, theirs, documents)
    names = list(within)
    each = np.array([within[name] for name in names])
    return Findings(
        figures=(
            figure("V6", lambda weights: auc(score, label, weights), groups),
            figure("V7.pooled", lambda weights: spearman(ours, theirs, weights), documents),
            figure("V7.within", lambda weights: mean(each, weights), names),
        ),
        condition=f"{CAPPED}; a fact scores the support of its sentences, a summary the mean of"
        " its facts",
        tables=(Table("outcome of sentences by label", counted(outcomes)),),
        remarks=(f"where all raters agree, AUC is {auc(score, label, sure):.3f}",),
    )


def _within(ours: Floats, theirs: Floats, documents: Sequence[str]) -> dict[str, float]:
    """Spearman over the summaries of each document; documents where all are alike have none."""
    group = np.array(documents)
    found = {}
    for name in dict.fromkeys(documents):
        here = group == name
        value = spearman(ours[here], theirs[here], np.ones(int(here.sum())))
        if not np.isnan(value):
            found[name] = value
    return found
