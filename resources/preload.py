"""What the fork server of `inchild` loads once, so that its children need not."""

import av  # noqa: F401, TID253
import cv2  # noqa: F401, TID253

from resources import playback, stills  # noqa: F401
