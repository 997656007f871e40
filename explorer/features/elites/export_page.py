"""A run's archive as one web page that works alone: without the app, without a network."""

import json
from base64 import b64encode
from html import escape
from pathlib import Path

from explorer.features import elites
from explorer.features.elites.export_picture import subtitle
from explorer.features.elites.payload import payload
from explorer.features.elites.pictures import atlas
from explorer.features.elites.view import OpenRun

ASSETS = Path(elites.__file__).parent / "assets"
POLICY = "default-src 'none'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline'"


def page_bytes(run: OpenRun) -> bytes:
    """The HTML, in UTF-8; nothing of the data is markup in it."""
    drawn, whole = atlas(run), atlas(run, whole=True)
    shown = {"sheet_pictures": True, "selected": -1, "lineage": [], "height": 0, "thumb": ""}
    data = payload(run) | shown
    data["atlas"] = f"data:image/jpeg;base64,{b64encode(drawn).decode()}" if drawn else ""
    data["whole_atlas"] = f"data:image/webp;base64,{b64encode(whole).decode()}" if whole else ""
    page = _PAGE.replace("{policy}", POLICY).replace("{style}", (ASSETS / "elites_map.css").read_text("utf-8"))
    page = page.replace("{title}", escape(run.settings.name, quote=True))
    page = page.replace("{about}", escape(subtitle(run), quote=True))
    page = page.replace("{script}", (ASSETS / "elites_map.js").read_text("utf-8"))
    return page.replace("{data}", json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")).encode()


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>body{max-width:1200px;margin:14px auto;padding:0 16px;font-family:system-ui,sans-serif}h1{font-size:17px;
font-weight:600;margin:0 0 2px;overflow-wrap:anywhere}p{margin:0 0 6px;font-size:13px;overflow-wrap:anywhere}
label{font-size:14px;margin-right:14px}{style}</style></head><body><h1>{title}</h1><p>{about}</p>
<div id="choice"></div><div class="elites" id="map"></div>
<script>{script}
const data = {data}
const root = document.getElementById("map"), choice = document.getElementById("choice")
const room = () => { root.style.maxHeight = `${Math.max(360, innerHeight - root.offsetTop - 14)}px` }
const map = new ElitesMap(root, null)
const show = (what) => {
  const whole = what === "whole"
  map.update({ ...data, pictures: what !== "colours", whole, atlas: whole ? data.whole_atlas : data.atlas })
}
const first = data.atlas || data.texts.length ? "pictures" : "colours"
const pictures = { pictures: "Pictures", whole: "Whole pictures", colours: "Colours" }
const texts = data.texts.length ? { pictures: "Texts", colours: "Colours" } : {}
for (const [what, words] of Object.entries(data.atlas ? pictures : texts)) {
  const label = make("label", "", words), box = make("input")
  Object.assign(box, { type: "radio", name: "show", value: what, checked: what === first, onchange: () => show(what) })
  label.prepend(box)
  choice.append(label)
}
addEventListener("resize", room)
room()
show(first)
</script></body></html>
"""
