"""The product on Teams, driven from outside through the local Teams client; README.md says what that client does."""
