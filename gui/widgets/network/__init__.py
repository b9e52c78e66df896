"""The diagram of the network: where its units stand, and how it is painted."""
