"""The site: its settings, the pages it makes, and the examples of single names."""
