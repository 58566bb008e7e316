"""What bots say, as items with ids and locales. Knows neither dialogs nor users."""
