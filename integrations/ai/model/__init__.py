"""A language model at any OpenAI-compatible address: reads again what triage was unsure of, and writes drafts."""

from integrations.ai.model.opening import open_model

__all__ = ["open_model"]
