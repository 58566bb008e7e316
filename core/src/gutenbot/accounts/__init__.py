"""People who run bots: accounts, sessions, roles, keys, and the record of what they did. Knows neither HTTP nor bots."""
