"""What can go wrong for a user: one sentence that says what was given, what is allowed and what to do."""


class ExplorerError(Exception):
    """Any mistake or failure that a user can act on; its text is shown as it is."""


class SpecError(ExplorerError):
    """A family, field or value that no model or training run can have."""


class DatasetError(ExplorerError):
    """A data set that is unknown, missing, damaged or of the wrong kind."""


class CheckpointError(ExplorerError):
    """A checkpoint that is missing, damaged, foreign or cannot be written."""


class TrainingError(ExplorerError):
    """A training run that cannot start or go on, such as one whose loss is no longer finite."""


class JobError(ExplorerError):
    """A job that cannot be queued, found, stopped or resumed."""


class AnalysisError(ExplorerError):
    """Codes, a sampler or a comparison that cannot be measured."""


class CanvasError(ExplorerError):
    """A scene whose codes, decoder and samples do not belong together."""


class LectureError(ExplorerError):
    """A lecture's file that is missing, cannot be read as a lecture, or cannot be written."""


class ExportError(ExplorerError):
    """A file that cannot be made of a model or a scene, or that needs a package which is not installed."""


class AccessError(ExplorerError):
    """Something that only the holder of the lecturer's key may do, or that exceeds what a student may ask for."""


class RoomError(ExplorerError):
    """A room that has ended or is full, a question that cannot be read, or an answer that no question has."""
