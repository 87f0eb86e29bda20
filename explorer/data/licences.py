"""Who made each data set, and under which licence it may be passed on."""

_CREDITS = {
    "mnist": "MNIST by Yann LeCun and Corinna Cortes, derived from data of NIST; CC BY-SA 3.0",
    "fashion_mnist": "Fashion-MNIST by Zalando SE; MIT licence",
    "kmnist": (
        "KMNIST by CODH, adapted from the Kuzushiji dataset of NIJL and others, doi:10.20676/00000341; CC BY-SA 4.0"
    ),
    "digits": "Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak, UCI; CC BY 4.0",
    "fremont": "Fremont Bridge Bicycle Counter by the City of Seattle; public domain",
}


def credit(dataset: str) -> str:
    """The makers of a data set and its licence in one line; what is not listed is its owner's to pass on."""
    return _CREDITS.get(dataset, f"{dataset}: no licence is stated; ask who made it before you pass it on")
