"""A lecture as a folder for a static host: every link leads to a file of it, and nothing leads out."""

import re
from pathlib import Path

import pytest

from explorer.errors import LectureError
from explorer.export.site_pages import IN_THE_APP, INDEX, export_site, site_files
from explorer.lectures import Lecture, Question, Scene

LECTURE = Lecture(
    "Two planes & more",
    (
        Scene("A plane", "latent?model=digits-vae-2d", "First.\n\nSecond <b>.", questions=(Question("Why?", "So."),)),
        Scene("Noise", "objectives?view=Denoising", "Notes alone."),
        Scene("Side by side", "compare?models=digits-ae-2d&models=digits-vae-2d"),
        Scene("Gone", "latent?model=gone"),
        Scene("A walk", "interpolate?model=digits-vae-2d&from=2&to=18"),
        Scene("A posterior", "posterior?model=digits-vae-2d&sample=3"),
        Scene("A replay", "tradeoff?view=Replay&model=digits-vae-2d"),
        Scene("A sweep", "tradeoff?view=%CE%B2+sweep"),
        Scene("Live", "tradeoff?view=Live"),
    ),
    "What it teaches.",
)
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return {name: content.decode() for name, content in site_files(LECTURE).items()}


def test_every_link_leads_to_a_file_of_the_folder(files: dict[str, str]) -> None:
    assert list(files)[:3] == [INDEX, "01-a-plane.html", "02-noise.html"]
    linked = {name: LINK.findall(text) for name, text in files.items()}
    assert set(linked[INDEX]) == set(files) - {INDEX}
    assert set().union(*linked.values()) == set(files)
    assert linked["02-noise.html"] == ["01-a-plane.html", INDEX, "03-side-by-side.html"]
    assert linked["01-a-plane.html"] == [INDEX, "02-noise.html"]


def test_scenes_bring_their_notes_and_questions(files: dict[str, str]) -> None:
    assert "<p>First.</p><p>Second &lt;b&gt;.</p>" in files["01-a-plane.html"]
    assert "<summary>Why?</summary><p>So.</p>" in files["01-a-plane.html"]
    assert "What it teaches." in files[INDEX]
    assert "Two planes &amp; more" in files["02-noise.html"]


def test_a_scene_without_a_page_of_one_file_or_a_model_is_its_notes(files: dict[str, str]) -> None:
    mounted = {name: text.count("data-message=") for name, text in files.items()}
    assert IN_THE_APP in files["02-noise.html"]
    assert "gone" in files["04-gone.html"]
    assert [mounted[name] for name in files] == [0, 1, 0, 2, 0, 1, 1, 1, 1, 0]


def test_with_an_address_the_index_has_frames_and_qr_codes() -> None:
    lecture = Lecture("One", LECTURE.scenes[1:2])
    index = site_files(lecture, "https://example.org/course/")[INDEX].decode()
    assert "https://example.org/course/01-noise.html?embed=true" in index
    assert "<svg" in index


def test_a_shipped_lecture_is_written_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(LectureError):
        export_site("gone", tmp_path / "site")
    assert not (tmp_path / "site").exists()
