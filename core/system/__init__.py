"""The machine around the program: starting, logging, memory, the user's folders."""
