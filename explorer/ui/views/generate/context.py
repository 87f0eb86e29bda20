"""Which of the library's models a view of the generate page is about, or how to get one."""

import streamlit as st

from explorer.errors import AnalysisError
from explorer.models.spec import ModelSpec
from explorer.scenes.latent_scene import image_shape
from explorer.store import CheckpointInfo

PROCESS = r"z \sim p(z), \qquad x \sim p(x \mid z)"
PROCESS_WORDS = "p(z) is the prior of a VAE, or any density fitted to a model's codes; p(x|z) is the decoder."
FRECHET = r"\lVert m_1 - m_2 \rVert^2 + \mathrm{tr}\big(S_1 + S_2 - 2 (S_1 S_2)^{1/2}\big)"
FRECHET_WORDS = "Between Gaussians fitted to the features of generated and of real images (Heusel et al. 2017, eq. 6)."
FORMULAS = ((PROCESS, PROCESS_WORDS), (FRECHET, FRECHET_WORDS))


def shape_of_pictures(info: CheckpointInfo) -> tuple[int, ...]:
    """The shape of the pictures that a model generates; raises AnalysisError for a model of anything else."""
    shape = image_shape(info.sample_shape)
    if shape is None:
        raise AnalysisError(f"{info.name} generates no pictures; choose a model of images.")
    return shape


def models_of(
    models: dict[str, CheckpointInfo], family: type[ModelSpec], example: str, what: str
) -> dict[str, CheckpointInfo] | None:
    """The models of a family by name; without one a sentence says how to train it, and the answer is None."""
    usable = {name: info for name, info in models.items() if isinstance(info.run.model, family)}
    if usable:
        return usable
    st.info(
        f"The library holds no {family.title}, {what}; train one on the Train page or with "
        f"`python -m explorer train {example} --dataset digits --epochs 300`.",
        icon=":material/model_training:",
    )
    st.page_link("pages/train.py", label=f"Train a {family.title}", query_params={"family": family.family})
    return None
