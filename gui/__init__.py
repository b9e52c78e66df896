"""The window: what the user sees and does. It shows what the core computes and computes nothing itself."""
