"""Small questions about accounts and the audit log (`Storage.peek`): what a server asks again and again."""

NEWEST_LINE = "SELECT n FROM audit_head"
"""The number of the last line of the audit log."""
FIRST_MADE = "SELECT min(created_ms) FROM account WHERE created_ms > 0"
"""When the first account was made."""
