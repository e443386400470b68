"""How each kind of device makes pages easier to read: what to press, in words that its maker uses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

Steps = list[tuple[object, object]]

DEVICES: list[tuple[str, object, Steps]] = [
    (
        "iphone",
        _("iPhone and iPad (Safari)"),
        [
            (_("Larger text"), _("Press the page menu at the side of the address, then the large A.")),
            (_("Only the text"), _("Press the page menu, then “Show Reader”.")),
            (_("Read aloud"), _("Press the page menu, then “Listen to Page”.")),
            (_("Dark"), _("Settings, Display & Brightness, “Dark”.")),
        ],
    ),
    (
        "android",
        _("Android phone or tablet (Chrome)"),
        [
            (_("Larger text"), _("Press the three dots, Settings, Accessibility, then move “Text scaling” or “Zoom”.")),
            (_("Only the text"), _("Press the three dots, then “Show reading mode”, if it is offered.")),
            (_("Read aloud"), _("Press the three dots, then “Listen to this page”.")),
            (_("Dark"), _("Settings of the phone, Display, “Dark theme”.")),
        ],
    ),
    (
        "windows",
        _("Windows computer (Edge, Chrome or Firefox)"),
        [
            (_("Larger text"), _("Hold Ctrl and press +. Ctrl and 0 goes back.")),
            (_("Only the text"), _("Edge and Firefox: press F9. Chrome: three dots, More tools, “Reading mode”.")),
            (
                _("Read aloud"),
                _("Edge: hold Ctrl and Shift and press U. Firefox: reader view, then “Listen”."),
            ),
            (_("Dark"), _("Settings, Personalisation, Colours, “Dark”.")),
        ],
    ),
    (
        "mac",
        _("Mac (Safari)"),
        [
            (_("Larger text"), _("Hold Command and press +. Command and 0 goes back.")),
            (_("Only the text"), _("Hold Command and Shift and press R.")),
            (_("Read aloud"), _("Choose Edit, Speech, “Start Speaking”.")),
            (_("Dark"), _("System Settings, Appearance, “Dark”.")),
        ],
    ),
]
