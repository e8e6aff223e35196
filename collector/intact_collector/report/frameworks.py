"""Frameworks that several dialects tell of: advice is the same, whoever instruments them."""

from __future__ import annotations

from typing import Final

OPENAI_AGENTS: Final = (
    "genai.openai_agents",
    "openai_agents_v2",
    "openinference.openai_agents",
    "traceloop.openai_agents",
)

LANGGRAPH: Final = ("genai.langchain", "openinference.langchain", "traceloop.langchain")
