"""The same samples in several planes: one pointed to is marked in all of them, and so are those within an outline."""

from explorer.scenes.linked_planes import LinkedPlanes, Marks
from explorer.ui.components.linked_planes.component import linked_planes

__all__ = ["LinkedPlanes", "Marks", "linked_planes"]
