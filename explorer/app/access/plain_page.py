"""Small pages of plain HTML for whoever is not in yet: a message, and a field where there is something to type."""

from html import escape

from starlette.responses import HTMLResponse

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem;color:#1B2430;"
    "background:#FBFBFA}h1{font-size:1.4rem}input{font:inherit;padding:.4rem .6rem;width:20rem;max-width:100%}"
    "button{font:inherit;padding:.4rem 1rem;margin-top:.6rem}.wrong{color:#A32020}"
    "@media (prefers-color-scheme:dark){body{background:#14181D;color:#E8ECEF}.wrong{color:#F2A0A0}}"
)


def plain_page(title: str, text: str, *, form: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    """A page with a message. form: HTML made by `form_of`; wrong: what was wrong with what was typed before."""
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{said}{form}"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" '
        f'content="noindex"><title>{escape(title)}</title><style>{STYLE}</style>'
    )
    html = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def form_of(action: str, label: str, field: str, hidden: dict[str, str], button: str) -> str:
    """A form with one field to type in, and others that go along."""
    along = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    return (
        f'<form method="post" action="{escape(action)}">{along}<label>{escape(label)}<br>'
        f'<input name="{escape(field)}" autocomplete="off" maxlength="200" required autofocus></label><br>'
        f"<button>{escape(button)}</button></form>"
    )
