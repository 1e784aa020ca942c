"""The core: pure domain, ports, commands and cards, and the chat platforms that show them."""
