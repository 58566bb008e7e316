"""What must hold of the source itself, whatever it does when it runs."""
