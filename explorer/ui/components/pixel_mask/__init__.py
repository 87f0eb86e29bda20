"""A picture whose pixels are hidden by hand."""

from explorer.ui.components.pixel_mask.component import PixelMask, mask_drawing, mask_text

__all__ = ["PixelMask", "mask_drawing", "mask_text"]
