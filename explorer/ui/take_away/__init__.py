"""The menu of what pages let out: models and scenes as files for other tools."""
