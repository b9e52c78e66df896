"""The page that asks whether a network is as often right as it is sure."""
