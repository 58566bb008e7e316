"""The turn loop: claim an event, run one turn, commit once, deliver."""
