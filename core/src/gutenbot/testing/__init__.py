"""What authors test their bots and modules with."""
