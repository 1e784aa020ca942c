"""Posts out of any system's JSON, by a mapping of fields in the configuration. docs/listening.md"""

from integrations.mapping.posts import Mapped
from integrations.mapping.settings import Mapping

__all__ = ["Mapped", "Mapping"]
