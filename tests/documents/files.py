"""What a built file says to whoever opens it, whatever its form."""

from __future__ import annotations

import quopri
from pathlib import Path

from pypdf import PdfReader

from tests.documents.docx.reader import parts_of


def said_in(path: Path) -> str:
    """Give everything that a built file holds as text, hidden parts too; a picture none."""
    match path.suffix:
        case ".pdf":
            reader = PdfReader(path)
            pages = [page.extract_text() for page in reader.pages]
            return "\n".join([*pages, str(reader.metadata)])
        case ".docx" | ".xlsx":
            return "\n".join(parts_of(path.read_bytes()).values())
        case ".png":
            return ""
        case ".eml":  # whose lines are broken anywhere
            data = path.read_bytes()
            return data.decode("utf-8") + quopri.decodestring(data).decode("utf-8")
        case _:
            return path.read_text(encoding="utf-8")
