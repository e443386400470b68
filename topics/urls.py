"""Reader addresses, grouped by prefix; each stands in docs/design order: home, browse, read, look up."""

from django.urls import path

from topics import (
    views,
    views_about,
    views_feedback,
    views_glossary,
    views_handout,
    views_printout,
    views_questions,
    views_result,
    views_search,
)
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
    path("topics/<slug:slug>/short/", views_handout.short, name="short"),
    path("topics/<slug:slug>/handout/", views_handout.handout, name="handout"),
    path("topics/<slug:slug>/handout.pdf", views_handout.handout_pdf, name="handout_pdf"),
    path("topics/<slug:slug>/feedback/", views_feedback.page_feedback, name="feedback"),
    path("t/<int:number>/", views.permanent, name="permanent"),
    path("t/<int:number>/<int:revision>/", views_printout.printout, name="printout"),
    # /handout/ several pages for paper
    path("handout/", views_handout.packet, name="packet"),
    # /embed/ a page in a portal's frame
    path("embed/<slug:slug>/", embed.page, name="embed"),
    # looking up
    path("when-to-call/", views.when_to_call, name="when_to_call"),
    path("questions/", views_questions.questions, name="questions"),
    path("result-day/", views_result.result_day, name="result_day"),
    path("glossary/", views_glossary.glossary, name="glossary"),
    path("sources/", views.sources, name="sources"),
    # /about/ who runs this site, and receipts of what it does
    path("about/", views_about.about, name="about"),
    path("about/privacy/", views_about.privacy, name="about_privacy"),
    path("about/accessibility/", views_about.accessibility, name="about_accessibility"),
    path("about/reading/", views_about.reading, name="about_reading"),
    # /search/
    path("search/", views_search.find, name="search"),
    path("search/suggest/", views_search.suggest, name="suggest"),
]
