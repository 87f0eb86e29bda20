"""Architectures worth beginning from, each with a name and what it is known for."""

from dataclasses import dataclass

from explorer.models.spec import (
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    ModelSpec,
    VAESpec,
)


@dataclass(frozen=True)
class Preset:
    """A model to begin from: its name in lists, its spec, and what it is known for."""

    title: str
    model: ModelSpec
    meaning: str


PRESETS = (
    Preset("Linear AE 784-2", LinearAESpec(2), "spans PCA's plane without its axes (Baldi & Hornik 1989)"),
    Preset("AE 784-128-64-2", AESpec(2, (128, 64)), "a small plane that trains in seconds per epoch"),
    Preset("AE 784-256-64-2", AESpec(2, (256, 64)), "the plane of an AE with the widths of the VAE below"),
    Preset("AE 784-128-64-12-3, tanh", AESpec(3, (128, 64, 12), "tanh"), "a bottleneck that narrows in small steps"),
    Preset(
        "AE 784-128-64-12-3, tanh output",
        AESpec(3, (128, 64, 12), output="tanh"),
        "the same as in a course: pixels from −1 to 1 at input and output",
    ),
    Preset(
        "AE 784-1000-500-250-30",
        AESpec(30, (1000, 500, 250)),
        "the deep autoencoder that beat PCA (Hinton & Salakhutdinov 2006)",
    ),
    Preset("Conv AE 8-16", ConvAESpec(2, channels=(8, 16)), "a small CNN that trains live on two cores"),
    Preset(
        "Conv AE 16-8, stride 3 and max-pooling",
        ConvAESpec(8, channels=(16, 8), stride=3, pooling="max"),
        "the small CNN of many courses: 28, 10, 5, 3 and 2 pixels wide",
    ),
    Preset(
        "AE with cross-entropy",
        AESpec(2, (256, 64), reconstruction_loss="cross_entropy"),
        "cross-entropy of probabilities of white, in place of a squared error",
    ),
    Preset(
        "Denoising AE",
        AESpec(8, (128,), corruption="gaussian", corruption_level=0.5),
        "restores the clean image from a noisy one (Vincent et al. 2008)",
    ),
    Preset(
        "k-sparse AE, 10 of 100 units",
        AESpec(100, (), sparsity="k_sparse", sparse_units=10),
        "overcomplete on images of 8 × 8, yet it does not copy (Makhzani & Frey 2014)",
    ),
    Preset(
        "Sparse AE, ρ = 0.05",
        AESpec(100, (), code_activation="sigmoid", sparsity="kl", sparsity_rate=0.05),
        "each unit is on for one image in twenty (Ng 2011)",
    ),
    Preset(
        "Contractive AE",
        AESpec(8, (128,), contraction=0.1),
        ("codes that hardly react to small changes of the input (Rifai et al. 2011)"),
    ),
    Preset("AE with a classifier", AESpec(2, (256, 64), classifier_weight=0.1), "a plane that keeps classes apart"),
    Preset("VAE 784-256-64-2", VAESpec(2, (256, 64)), "a plane whose prior can be drawn from"),
    Preset("VAE 784-400-20", VAESpec(20, (400,)), "the PyTorch examples' VAE, near 105.7 nats on MNIST"),
    Preset(
        "VAE D-300-2M, log σ",
        VAESpec(2, (300,), output="identity", likelihood="gaussian", variance=0.1, spread="log_std"),
        "no nonlinearity at either output; the encoder gives μ and log σ",
    ),
    Preset("Conv VAE 8-16", ConvVAESpec(2, channels=(8, 16)), "a VAE of convolutions"),
    Preset("CVAE", CVAESpec(2, (256, 64)), "given the class, so that the code holds the style (Sohn et al. 2015)"),
    Preset(
        "GM-VAE, 10 components",
        GMVAESpec(10, (500, 500, 2000), n_components=10),
        "clusters without labels by a mixture prior (Jiang et al. 2017)",
    ),
)
