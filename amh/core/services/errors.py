class Unavailable(Exception):
    """Something that AMH needs cannot be had: one sentence for the person at the terminal."""
