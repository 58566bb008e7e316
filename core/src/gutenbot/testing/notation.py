"""Messages as lines that a product person can read and write: the notation of transcripts (`events/notation.py`)."""

from gutenbot.events.notation import lines_of, offers, said, text_of

__all__ = ["lines_of", "offers", "said", "text_of"]
