"""Dialogs: the author's coroutines, replayed from their journal. Knows no content, no users table, no channel."""
