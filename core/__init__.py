"""The model of the program: data, network, training, evaluation, drawing. It knows nothing of Qt."""
