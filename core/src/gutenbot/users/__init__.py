"""People and what is known of them. Knows neither dialogs nor content."""
