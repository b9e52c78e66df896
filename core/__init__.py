"""The model of the program: data, network, training, evaluation, drawing. It knows nothing of Qt.

These files are the lesson. Whoever wants to understand how a network learns reads them in this order:

 1. `core.network.plain`           all of it on one page: forward, loss, backward, update, loop
 2. `core.network.arrays`          the kinds of numbers that travel
 3. `core.network.layout`          where in one vector each weight lies
 4. `core.network.parameters`      weights and biases, views into it
 5. `core.network.initialization`  how the first weights are drawn, and why at random
 6. `core.network.activations`     nonlinearities: ReLU, tanh, sigmoid
 7. `core.network.network`         the forward pass, and the backward pass by the chain rule
 8. `core.network.loss`            softmax and cross-entropy
 9. `core.network.gradient_check`  is the backward pass right? Ask finite differences
10. `core.training.optimizers`     from a gradient to a change: SGD, momentum, Adam
11. `core.training.learning_rate`  how the learning rate falls over a run
12. `core.training.config`         the settings of a run
13. `core.training.batches`        which images an update learns from
14. `core.drawing.distortion`      augmentation: images changed at random
15. `core.training.trainer`        one update after another
16. `core.network.prediction`      what a trained network makes of an image
17. `core.training.evaluation`     how good it is: accuracy, loss, which digit is taken for which
18. `core.explanation.evidence`    why it answers as it does, pixel by pixel
19. `core.training.recipe`         what decides a run
20. `core.runs.replay`             so that any moment of it can be made again, bit for bit

Around them: `core.data.readers` opens data, `core.drawing` makes a drawing look as MNIST's digits do,
`core.explanation` takes an update apart, `core.lessons` leads through experiments, `core.files` saves, `core.commands`
works without a window.
"""
