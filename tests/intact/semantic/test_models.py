"""Embedders by name: found, loaded without a network, and told apart from what is none."""

from __future__ import annotations

import logging
import socket

import numpy as np
import pytest

import intact
from intact.errors import ConfigError, MissingExtra
from intact.semantic import is_embedder, load, models
from tests.intact.embedders import words_as_vectors


@pytest.mark.parametrize(
    "value", ["wordllama", "minilm", "my.models:embed", "m:Class.embed", words_as_vectors]
)
def test_what_may_be_an_embedder(value: object) -> None:
    """A name, a place, a function."""
    assert is_embedder(value)


@pytest.mark.parametrize("value", ["", "word2vec", "a b:c", ":x", "x:", 7, None, ["wordllama"]])
def test_what_is_none(value: object) -> None:
    """Said at once, by `configure`."""
    assert not is_embedder(value)


def test_a_place_is_imported_when_it_is_called() -> None:
    """Not before: a variable that nobody uses costs nothing."""
    embed = load("tests.intact.embedders:words_as_vectors")
    assert np.array_equal(np.asarray(embed(["a parcel"])), words_as_vectors(["a parcel"]))
    for wrong in ("tests.intact.embedders:nothing", "no.such.module:embed", "os:sep"):
        with pytest.raises(ConfigError, match=wrong):
            load(wrong).load()


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line that installs it."""
    monkeypatch.setitem(models.NAMES, "far", ("no_such_package", "pip install far", dict))  # type: ignore[arg-type, misc]
    with pytest.raises(MissingExtra, match="pip install far"):
        load("far")
    with pytest.raises(ConfigError, match="wordllama, minilm"):
        load("word2vec")


def test_configure_refuses_what_is_no_embedder() -> None:
    """As any wrong setting."""
    with pytest.raises(ConfigError, match="embedder="):
        intact.configure(embedder="word2vec")


def test_wordllama_works_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one, from its wheel; and the application's logging stays as it was."""
    pytest.importorskip("wordllama")

    def refuse(*args: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    vectors = np.asarray(
        load("wordllama")(
            [
                "The parcel was delivered broken.",
                "The package arrived damaged.",
                "The weather in Oslo is fine today.",
            ]
        )
    )
    assert (list(root.handlers), root.level) == before
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.2
