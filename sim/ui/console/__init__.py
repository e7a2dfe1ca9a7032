"""The search console: a Streamlit component with its own player.

`component.py` registers it and draws it for a `ConsoleView`. The component is `console.html`, the sheets in `css/` and
the modules in `js/`, joined by `component.py`.
Each module says at its head what it is for; `index.js` is the entry, `search_console.js` makes the parts.

Rules that hold everywhere: a frame number is the clock, but for video elements that play forward, where the wall's
video is; never more than three videos; a mark records the frame on screen; everything scored goes through the outbox,
and all that the component says to Streamlit is `refresh`; nothing about who is where ever reaches it.

For tests and trouble the console's root element says what it shows: `data-phase`, `data-frame` (on screen),
`data-main-frame`, `data-wall-frame`, `data-settled` (every screen stands on the clock's frame).
"""
