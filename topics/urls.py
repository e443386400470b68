"""Reader addresses, grouped by prefix; each stands in docs/design order: home, browse, read, look up."""

from django.urls import path

from topics import views
from topics.portal import embed

urlpatterns = [
    path("", views.home, name="home"),
    # /sites/ by organ site
    path("sites/", views.sites, name="sites"),
    path("sites/<slug:slug>/", views.site, name="site"),
    # /sections/ by chapter
    path("sections/", views.sections, name="sections"),
    path("sections/<slug:slug>/", views.section, name="section"),
    # /topics/ a page, /t/ its permanent address
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("t/<int:number>/", views.permanent, name="permanent"),
    # /embed/ a page in a portal's frame
    path("embed/<slug:slug>/", embed.page, name="embed"),
    # looking up
    path("when-to-call/", views.when_to_call, name="when_to_call"),
    path("glossary/", views.glossary, name="glossary"),
    path("sources/", views.sources, name="sources"),
]
