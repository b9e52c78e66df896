"""The model of the program: data, network, training, evaluation, drawing. It knows nothing of Qt.

These files are the lesson. Whoever wants to understand how a network learns reads them in this order:

 1. `core.plain`             all of it on one page: forward, loss, backward, update, loop
 2. `core.arrays`            the kinds of numbers that travel
 3. `core.parameters`        weights and biases, one vector
 4. `core.initialization`    how the first weights are drawn, and why at random
 5. `core.activations`       nonlinearities: ReLU, tanh, sigmoid
 6. `core.network`           the forward pass, and the backward pass by the chain rule
 7. `core.loss`              softmax and cross-entropy
 8. `core.gradient_check`    is the backward pass right? Ask finite differences
 9. `core.optimizers`        from a gradient to a change: SGD, momentum, Adam
10. `core.learning_rate`     how the learning rate falls over a run
11. `core.config`            the settings of a run
12. `core.batches`           which images an update learns from
13. `core.distortion`        augmentation: images changed at random
14. `core.trainer`           one update after another
15. `core.prediction`        what a trained network makes of an image
16. `core.evaluation`        how good it is: accuracy, loss, which digit is taken for which
17. `core.evidence`          why it answers as it does, pixel by pixel
18. `core.recipe`            what decides a run
19. `core.history.replay`    so that any moment of it can be made again, bit for bit

Around them: `core.readers` opens data, `core.drawing` makes a drawing look as MNIST's digits do, `core.explanation`
takes an update apart, `core.lessons` leads through experiments, `core.files` saves, `core.commands` works without a
window.
"""
