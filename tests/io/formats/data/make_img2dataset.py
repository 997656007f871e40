"""What made img2dataset/: five addresses, of which one is not there, fetched from a server on this computer.

Needs img2dataset 1.47.0 (not part of the tests): python make_img2dataset.py
"""

import http.server
import shutil
import tempfile
import threading
from functools import partial
from pathlib import Path

import pandas as pd
from img2dataset import download
from PIL import Image

TARGET = Path(__file__).parent / "img2dataset"
SHADES = (0, 60, 120, 180)
PORT = 8731


def main() -> None:
    """Draw, serve, fetch."""
    with tempfile.TemporaryDirectory() as folder:
        for shade in SHADES:
            Image.new("RGB", (40, 24), (shade, 255 - shade, 90)).save(f"{folder}/{shade}.jpg")
        handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        names = [*(f"{shade}.jpg" for shade in SHADES), "gone.jpg"]
        rows = {
            "url": [f"http://127.0.0.1:{PORT}/{name}" for name in names],
            "caption": [f"a field of shade {name.partition('.')[0]}, “quoted”" for name in names],
            "licence": ["CC0", "CC0", "CC BY", "CC0", "CC0"],
        }
        pd.DataFrame(rows).to_csv(f"{folder}/list.csv", index=False)
        shutil.rmtree(TARGET, ignore_errors=True)
        download(
            url_list=f"{folder}/list.csv",
            input_format="csv",
            url_col="url",
            caption_col="caption",
            save_additional_columns=["licence"],
            output_format="webdataset",
            output_folder=str(TARGET),
            processes_count=1,
            thread_count=1,
            image_size=32,
            number_sample_per_shard=3,
            enable_wandb=False,
        )
        server.shutdown()


if __name__ == "__main__":
    main()
