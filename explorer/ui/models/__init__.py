"""The models of the library on pages: which are at hand, choosing one, their figures of merit, codes and samplers."""
