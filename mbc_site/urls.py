"""The site map: health, staff, readers."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from mbc_site import health
from topics import views
from topics.staff import link_check

handler400 = "topics.views.bad_request"
handler403 = "topics.views.forbidden"
handler404 = "topics.views.not_found"
handler500 = "topics.views.server_error"

urlpatterns = [
    # /health/ for load balancers
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
    # /admin/ for staff
    path("admin/", admin.site.urls),
    # /check/ a clinician without an account, by personal link
    path("check/<slug:secret>/", link_check.check, name="check_by_link"),
    path("check/<slug:secret>/page/", link_check.whole, name="check_by_link_page"),
    # /media/ pictures in pages
    path("media/<path:name>", views.media, name="media"),
    path("favicon.ico", views.favicon),
    # /infobutton/, /oembed/, /api/ … hospital portals
    path("", include("topics.portal.urls")),
    # everything a reader opens: English at the root, other languages below their code
    *i18n_patterns(path("", include("topics.urls")), prefix_default_language=False),
]
