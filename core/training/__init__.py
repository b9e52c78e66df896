"""From a gradient to a run: settings, batches, optimizers, the trainer, evaluation."""
