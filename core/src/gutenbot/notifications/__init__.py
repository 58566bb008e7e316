"""What people at the console should know without having asked: kept, told live, read by each for themselves."""
