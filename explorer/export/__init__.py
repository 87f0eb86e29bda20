"""What leaves the explorer as a file: scenes as pages of one file, models for other tools, codes and notebooks."""
