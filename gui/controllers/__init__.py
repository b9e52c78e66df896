"""What joins session, files and panels."""
