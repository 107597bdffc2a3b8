"""What a report was made of, which files it has, and what differs once it is made again."""
