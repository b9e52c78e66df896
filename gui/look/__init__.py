"""How the window looks: colors, style sheet, icons, and how numbers are written."""
