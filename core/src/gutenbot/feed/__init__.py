"""What the console hears while it is open: numbered events by topic, kept for an hour, and who is present where.

How any part of Gutenbot tells of something: see `feed.py`.
"""
