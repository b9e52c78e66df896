"""The frame of the window: menus and how its parts are laid out."""
