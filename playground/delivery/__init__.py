"""How the app hears of things: over Socket Mode or HTTP, with three seconds to acknowledge."""
