"""Opening and saving: the dialogs, and the work behind them."""
