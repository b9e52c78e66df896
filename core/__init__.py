"""The model of the program: data, network, training, evaluation, drawing. It knows nothing of Qt.

These files are the lesson. Whoever wants to understand how a network learns reads them in this order:

 1. `core.network.plain`           all of it on one page: forward, loss, backward, update, loop
 2. `core.network.arrays`          the kinds of numbers that travel
 3. `core.network.operation`       what a network is made of: forward and backward side by side
 4. `core.network.dense`           every unit sums up all inputs, each times a weight
 5. `core.network.relu`            a nonlinearity; `core.network.tanh` and `core.network.sigmoid` are others
 6. `core.network.softmax_loss`    softmax and cross-entropy
 7. `core.network.network`         operations one after another: the chain rule is a loop
 8. `core.network.layout`          where in one vector each weight lies
 9. `core.network.parameters`      weights and biases, views into it
10. `core.network.initialization`  how the first weights are drawn, and why at random
11. `core.network.gradient_check`  is the backward pass right? Ask finite differences
12. `core.training.sgd`            from a gradient to a change; `core.training.adam` is another way
13. `core.training.learning_rate`  how the learning rate falls over a run
14. `core.training.config`         the settings of a run
15. `core.training.batches`        which images an update learns from
16. `core.drawing.distortion`      augmentation: images changed at random
17. `core.training.trainer`        one update after another
18. `core.network.prediction`      what a trained network makes of an image
19. `core.training.evaluation`     how good it is: accuracy, loss, which digit is taken for which
20. `core.explanation.evidence`    why it answers as it does, pixel by pixel
21. `core.training.recipe`         what decides a run
22. `core.runs.replay`             so that any moment of it can be made again, bit for bit

Around them: `core.data.readers` opens data, `core.drawing` makes a drawing look as MNIST's digits do,
`core.explanation` takes an update apart, `core.lessons` leads through experiments, `core.files` saves, `core.commands`
works without a window.
"""
