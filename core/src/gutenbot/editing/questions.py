"""Small questions about edited content (`Storage.peek`): what every process asks, also where nobody has ever edited anything."""

EDITS = "SELECT sum(edit) FROM content_position"
"""How often content was edited, of all bots."""
GENERATION = "SELECT generation FROM content_position WHERE bot_id = :bot"
"""How often content of a bot was published."""
