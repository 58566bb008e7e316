"""What people edit: texts in the database on top of a bot's files. Knows content and storage, neither turns nor the web."""
