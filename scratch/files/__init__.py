"""Files that are whole or not there: written at once, or line by line."""
