"""Files that tests write and read: models of every kind, and files that are broken or hostile."""
