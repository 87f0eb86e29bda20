"""The lecture that is on, ways into lectures, and keeping scenes in one of your own."""
