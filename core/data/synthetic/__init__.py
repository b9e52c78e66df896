"""Digits that the program draws by itself, as people write them."""
