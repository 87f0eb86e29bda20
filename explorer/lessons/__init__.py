"""The results that pages open with: by what each is found, and how all of them are computed beforehand."""
