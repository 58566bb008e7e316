"""The universal vocabulary: what a bot can say (messages) and what can arrive (incoming). Knows no storage, no channel."""
