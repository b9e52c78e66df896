"""Reading digits from files: tables, IDX, NumPy, ARFF, Parquet, images in folders, archives of these, and MNIST."""
