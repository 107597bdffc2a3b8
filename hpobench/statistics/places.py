"""How often each of several candidates has each place."""

import numpy as np

from .arrays import FloatArray


def place_shares(values: FloatArray) -> FloatArray:
    """Return the share of rows in which each column has each place: (columns, places).

    `values` are (rows, columns), lower is better; nan: the column has the last place of its row,
    together with others that are nan. Columns that are level share the places that they take
    evenly, so that shares sum to 1 over columns and over places.
    """
    rows, columns = values.shape
    filled = np.where(np.isnan(values), np.inf, values)
    ahead = (filled[:, None, :] < filled[:, :, None]).sum(axis=2)
    level = (filled[:, None, :] == filled[:, :, None]).sum(axis=2)
    places = np.arange(columns)
    has = (places >= ahead[..., None]) & (places < (ahead + level)[..., None])
    return np.asarray((has / level[..., None]).sum(axis=0) / rows)
