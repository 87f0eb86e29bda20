"""Models of your own: a foreign file is read in a process of its own and translated into plain layers."""
