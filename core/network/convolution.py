"""A convolution: one small kernel is laid on every place of the maps that come in, and adds up what it sees there.

A dense unit has a weight of its own for every pixel; what it learns at one place it does not know at another. A filter
has one kernel of side x side weights for each map that comes in, and is used everywhere, so that one filter makes one
new map: how well each place fits it.

Forward, for maps x of shape (m, channels, rows, columns), kernels W of shape (channels, side, side, filters) and a bias
for each filter:

    z[f, r, s] = sum over c, i, j of x[c, r + i, s + j] W[c, i, j, f] + b[f]

Written as a matrix product, that is a dense layer which sees one patch at a time: the patches are laid out as columns
(im2col), c x i x j numbers each, as many as there are places and images. Backward, with dz = dL/dz:

    dL/dW[c, i, j, f] = sum over images and places of x[c, r + i, s + j] dz[f, r, s]       one weight, many uses
    dL/db[f] = sum over images and places of dz[f, r, s]
    dL/dx[c, y, x] = sum over f, i, j of W[c, i, j, f] dz[f, y - i, x - j]        wherever the kernel covered it

In the literature of signals this is a cross-correlation; a convolution proper turns the kernel round. Networks learn
the kernel, so it makes no difference, and everybody says convolution.

Sources: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition", Proceedings of
the IEEE 86; Chellapilla, Puri, Simard 2006, "High performance convolutional neural networks for document processing".
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape, batch_last


@dataclass(frozen=True)
class Convolution(Operation):
    """Filters with square kernels.

    Attributes
    ----------
    filters : int
        How many maps it makes.
    side : int
        Of a kernel.
    same : bool
        Whether zeros are put around the maps (padding), so that those made have as many rows and columns; otherwise
        the kernel stays within, and they have ``side - 1`` fewer. The side is odd then.
    """

    filters: int
    side: int
    same: bool = False

    @property
    def padding(self) -> int:
        """Rows and columns of zeros on each side."""
        return self.side // 2 if self.same else 0

    def parameter_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """Return those of the kernels W and the biases b."""
        return {"W": (in_shape[0], self.side, self.side, self.filters), "b": (self.filters,)}

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return one map for each filter."""
        _, rows, columns = in_shape
        lost = self.side - 1 - 2 * self.padding
        return (self.filters, rows - lost, columns - lost)

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return that of the patches: the numbers of one, for each place."""
        return (in_shape[0] * self.side * self.side, *self.out_shape(in_shape)[1:])

    def seen(self, first: int, last: int) -> tuple[int, int]:
        """Return the rows, or columns, that the kernel lies on; some may be padding."""
        return first - self.padding, last - self.padding + self.side - 1

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute z."""
        patches, out = batch_last(work.kept), batch_last(work.output)
        maps, side = self._padded(batch_last(work.input)), self.side
        windows = np.lib.stride_tricks.sliding_window_view(maps, (side, side), axis=(1, 2))
        np.copyto(patches.reshape(len(maps), side, side, *patches.shape[1:]), windows.transpose(0, 4, 5, 1, 2, 3))
        sums = out.reshape(self.filters, -1)
        np.dot(self._kernels(parameters).T, patches.reshape(len(patches), -1), out=sums)
        np.add(sums, parameters["b"][:, np.newaxis], out=sums)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx: what each patch gets back, added up where patches overlap (col2im)."""
        d_sums, d_maps, side = batch_last(d_output), batch_last(work.d_input), self.side
        _, rows, columns, batch = d_sums.shape
        d_patches = np.dot(self._kernels(parameters), d_sums.reshape(self.filters, -1))
        d_patches = d_patches.reshape(len(d_maps), side, side, rows, columns, batch)
        padded = np.zeros((len(d_maps), rows + side - 1, columns + side - 1, batch), d_maps.dtype)
        for down in range(side):
            for across in range(side):
                padded[:, down : down + rows, across : across + columns] += d_patches[:, down, across]
        first = self.padding
        d_maps[...] = padded[:, first : first + d_maps.shape[1], first : first + d_maps.shape[2]]

    def parameter_gradient(self, work: Pass, d_output: Floats, gradient: Arrays) -> None:
        """Compute dW and db, added up over the places and the batch."""
        patches, d_sums = batch_last(work.kept), batch_last(d_output).reshape(self.filters, -1)
        np.dot(patches.reshape(len(patches), -1), d_sums.T, out=self._kernels(gradient))
        np.add.reduce(d_sums, axis=1, out=gradient["b"])

    def _kernels(self, parameters: Arrays) -> Floats:
        """Return the kernels as the columns of a matrix."""
        return parameters["W"].reshape(-1, self.filters)

    def _padded(self, maps: Floats) -> Floats:
        """Return maps of shape (channels, rows, columns, m) with the zeros around them."""
        if not self.padding:
            return maps
        around = (self.padding, self.padding)
        return np.pad(maps, ((0, 0), around, around, (0, 0)))
