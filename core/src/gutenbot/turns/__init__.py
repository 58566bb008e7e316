"""The turn loop: inbox, turn, outbox. The only place that sees dialogs, content and users together."""
