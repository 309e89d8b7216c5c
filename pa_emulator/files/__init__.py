"""Files: read, list, upload, delete, tree, sharing."""
